#pragma once
// The switch at the door of a booth: whether nobody else hears and sees. Implemented by hal/gpio.
//
// Thread: every function is called and resumes on the loop thread.

#include "firmware/base/task.h"

namespace madoguchi {

class BoothSwitch {
 public:
  virtual ~BoothSwitch() = default;

  /// False also while it is not known: a line that cannot be read is an open door.
  [[nodiscard]] virtual bool closed() const = 0;
  /// Ends when closed() has changed since the last call ended. One caller at a time; throws when
  /// cancelled.
  virtual Task<void> changed() = 0;
};

}  // namespace madoguchi
