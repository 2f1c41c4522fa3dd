#pragma once
// Between visits: closed, out of service, or welcome. After a restart also what became of the visit
// that was interrupted, for as long as its resident may stand there; a new visit ends that.

#include <optional>
#include <set>
#include <utility>

#include "firmware/visit/aftermath.h"
#include "firmware/visit/archivist.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/day_end.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/help_offer.h"
#include "firmware/visit/queue_board.h"
#include "firmware/visit/upkeep.h"

namespace madoguchi::visit {

class Reception {
 public:
  /// `upkeep`: what is done with the kiosk between visits; nullptr: nothing.
  explicit Reception(Desk& desk, Upkeep* upkeep = nullptr)
      : desk_(desk),
        upkeep_(upkeep != nullptr ? *upkeep : own_upkeep_),
        archivist_(desk),
        day_end_(desk),
        help_(desk),
        queue_(desk) {}

  /// Resolves what a power cut left open, then receives residents for ever. Ends only by
  /// cancellation.
  Task<void> run();

 private:
  Task<void> resume_open_visits();
  [[nodiscard]] const Aftermath* aftermath() const;
  Task<void> idle();
  Task<void> welcome();
  Task<void> guide();
  [[nodiscard]] bool lessons() const;
  Task<void> learn();
  /// `call`: a time for a call about this is booked; nothing: whatever the resident wants.
  Task<void> queue(std::optional<consult::Topic> call = {});
  [[nodiscard]] bool consults() const;
  Task<void> consult();
  Task<void> serve();
  Task<void> keep_up();
  Task<void> look_at_devices();
  Task<void> wait_for_card();
  Task<void> wait_for_new_card();
  Task<void> wait_for_badge();
  Task<void> end_setup();
  Task<void> morning();
  Task<void> offer_help(BadgeNumber badge);
  void tell_pulse(bool somebody_there);
  [[nodiscard]] bool helped() const;
  [[nodiscard]] std::optional<Fault> out_of_service() const;
  void start_over();

  Desk& desk_;
  Upkeep own_upkeep_;
  Upkeep& upkeep_;
  Archivist archivist_;
  DayEnd day_end_;
  HelpOffer help_;
  QueueBoard queue_;
  std::optional<CardInField> placed_;  ///< what wait_for_card() has found
  bool passed_over_ = false;           ///< a badge that means nothing now lies on the reader
  std::optional<Dialogue>
      dialogue_;  ///< one for each resident, so that nobody inherits another's language
  Timers::Monotonic touched_{};  ///< when somebody last changed the language or text size
  Timers::Monotonic checked_{};  ///< when the devices were last asked
  bool paper_owed_ = false;      ///< somebody paid, and the power failed
  std::optional<Aftermath> aftermath_;
  Timers::Monotonic aftermath_until_{};
  bool card_lay_there_ = false;  ///< through the restart: it starts nothing until it was taken
  std::set<std::pair<std::string, Became>> said_;  ///< of which visit, since the start
};

}  // namespace madoguchi::visit
