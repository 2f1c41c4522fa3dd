#pragma once
// Somebody beside the resident: a Front before the Front. While a help session runs every screen
// carries the helper's strip, the helper's view follows it without what is private, and a ring
// stands where the helper points. Visits know nothing of it.
//
// Loop thread only.

#include <functional>
#include <optional>
#include <string>

#include "firmware/base/wakeup.h"
#include "firmware/help/mask.h"
#include "firmware/message/desk_api.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// A session that the resident has agreed to.
struct HelpSession {
  std::string id;      ///< UUID
  std::string helper;  ///< the number of the badge
  desk::HelperRole role = desk::HelperRole::volunteer;
  std::chrono::minutes limit{30};
  desk::HelpTopic topic = desk::HelpTopic::other;
};

class Companion final : public Front {
 public:
  Companion(Front& front, Link& link, Timers& timers)
      : front_(front), link_(link), timers_(timers) {}

  void show(const Screen& screen) override;
  /// Keeps the press that ends the help to itself.
  Task<std::string> pressed() override;

  /// The session is over by itself after its limit, or when nobody has pressed anything for
  /// `nobody_there`. One session at a time.
  void begin(HelpSession session);
  [[nodiscard]] bool running() const { return running_.has_value(); }
  /// What the resident is doing now, for the record of the session that runs or begins next.
  void about(desk::HelpTopic topic);
  /// The record of a session that is over, once; without the satisfaction.
  struct Finished {
    std::string session;
    desk::HelpRecord record;
  };
  std::optional<Finished> take_finished();
  /// What the record of the running session would be if it ended without a word now.
  [[nodiscard]] Finished so_far() const;
  /// Whether the session runs, or nobody has taken its record yet.
  [[nodiscard]] bool holds(std::string_view session) const;
  /// How the kiosk is; said to the gateway when it has changed.
  void pulse(desk::Pulse now);

  /// Who is told what the gateway says about a consultation (consult_api.h); empty: nobody.
  /// And whether the live connection is there: told at once, and when it comes or goes.
  void consult_with(std::function<void(const consult::Told&)> consultation,
                    std::function<void(bool)> live = {}) {
    consultation_ = std::move(consultation);
    consult_live_ = std::move(live);
    if (consult_live_) consult_live_(link_.live());
  }

  /// Hears the helper and keeps the time, as long as the kiosk runs.
  Task<void> run();

  static constexpr std::chrono::minutes nobody_there{5};

 private:
  struct Running {
    HelpSession session;
    Timers::Monotonic began;
    Timers::Wall began_wall;
    std::int64_t number = 0;             ///< of the screen that the helper sees
    std::optional<help::Masked> mirror;  ///< what the helper sees
    std::optional<desk::PointAt> pointing;
  };

  Task<void> hear();
  Task<void> follow_the_link();
  Task<void> keep_the_time();
  void heard(const desk::PointAt& order);
  void heard(const desk::PointAway& order);
  void heard(const desk::EndSession& order);
  void say_everything();
  void say_mirror();
  void say_pulse();
  void stop_pointing();
  void render();
  void end(desk::HelpOutcome outcome);
  [[nodiscard]] Finished finished(desk::HelpOutcome outcome) const;
  [[nodiscard]] Timers::Duration left() const;
  [[nodiscard]] Company company() const;

  Front& front_;
  Link& link_;
  Timers& timers_;
  Screen bare_;  ///< as the visit has shown it
  std::optional<Running> running_;
  desk::HelpTopic about_ = desk::HelpTopic::other;
  std::optional<Finished> finished_;
  std::optional<desk::Pulse> pulse_;
  Timers::Monotonic pressed_at_{};
  Wakeup began_;
  std::function<void(const consult::Told&)> consultation_;
  std::function<void(bool)> consult_live_;
};

}  // namespace madoguchi::visit
