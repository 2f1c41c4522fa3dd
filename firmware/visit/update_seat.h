#pragma once
// The update of the machine itself, as far as residents notice it (firmware/update). The reception
// says who is there, and shows what there is to be known. Loop thread only.

#include <optional>

#include "firmware/message/text.h"

namespace madoguchi::visit {

class UpdateSeat {
 public:
  virtual ~UpdateSeat() = default;

  /// One line for the idle screen; the kiosk can be used.
  [[nodiscard]] virtual std::optional<Text> notice() const = 0;
  /// The kiosk is about to restart, or tests itself: nobody may begin anything.
  [[nodiscard]] virtual std::optional<Text> closed_for() const = 0;
  /// Whether somebody is served now. Called at every change, and often in between.
  virtual void serving(bool somebody_there) = 0;
};

}  // namespace madoguchi::visit
