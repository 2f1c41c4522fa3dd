#pragma once
// The update agent: takes offers from the server, a stick or a maintainer, installs one when nobody
// is there, and decides whether the new slot stays. It begins nothing on a kiosk whose devices fail
// the self-test already: the new slot could not pass it either.
//
// What it borrows outlives it. Loop thread only.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/timers.h"
#include "firmware/base/wakeup.h"
#include "firmware/message/link_protocol.h"
#include "firmware/update/admission.h"
#include "firmware/update/record.h"
#include "firmware/update/rollback_counter.h"
#include "firmware/visit/update_seat.h"
#include "hal/api/bundle_installer.h"

namespace madoguchi::update {

struct SelfTestVerdict {
  bool busy = false;               ///< somebody uses the devices: nothing was tested
  bool passed = false;             ///< reader, printer, terminal and screen
  std::vector<std::string> lines;  ///< what did not, for operators; no personal data
};

struct Surroundings {
  /// Whether the server's and the stick's bundles may be installed at this time.
  std::function<bool(Timers::Wall)> in_window;
  std::function<void(const KioskToLink&)> to_link;
  /// Ends by itself; the agent gives it ten minutes.
  std::function<Task<SelfTestVerdict>()> self_test;
  /// Asks for a restart of the machine. It comes some time after.
  std::function<Status()> restart;
};

struct Settings {
  std::string state_file;
  std::string stick_dir;  ///< where a stick is mounted; empty: sticks are not looked at
  /// For the logs of slots that failed; empty: nowhere. A slot on trial leaves its own there as
  /// trial.log before it restarts.
  std::string log_dir;
  std::string version;  ///< of the root that runs (os-release VERSION_ID)
  std::string boot;     ///< the kernel's boot id
};

/// What a ready bundle waits for.
enum class Waiting { nothing, window, visit, devices, server, installer };
MADOGUCHI_ENUM(Waiting, nothing, window, visit, devices, server, installer)

/// For kioskctl and the service screen.
struct Standing {
  State state = State::idle;
  Waiting waiting = Waiting::nothing;
  Bundle bundle;
  std::int32_t percent = 0;
  std::string step;
  std::vector<std::string> trouble;  ///< what the wait is about
  std::string running;               ///< version
  std::optional<Outcome> last;
};
MADOGUCHI_DESCRIBE(Standing, state, waiting, bundle, percent, step, trouble, running, last)

class Agent final : public visit::UpdateSeat {
 public:
  Agent(Timers& timers, BundleInstaller& installer, RollbackCounter& counter,
        Surroundings surroundings, Settings settings);
  ~Agent() override;

  /// Takes up what a power cut left, then serves until it is cancelled.
  Task<void> run();

  // From kiosk-link.
  void take(const UpdateOffer& offer);
  void take(const UpdateWithdrawn& withdrawn);
  void take(const UpdateFetched& fetched);
  void take(const UpdateTold& told);

  /// A maintainer asks for this file, at once. Errc::busy while another is beyond its checks.
  Status install(const std::string& path);
  /// Errc::refused when it is being written or tried; not_found when there is nothing.
  Status cancel();
  [[nodiscard]] Standing standing() const;
  /// Called after every change of standing().
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

  [[nodiscard]] std::optional<Text> notice() const override;
  [[nodiscard]] std::optional<Text> closed_for() const override;
  void serving(bool somebody_there) override;

 private:
  Task<void> come_up();
  Task<void> act();
  Task<void> look_for_offers();
  Task<void> prepare();
  Task<void> fetch();
  void ask_for_fetch();
  Task<void> check(const std::string& location);
  Task<void> not_inspected(const Error& error);
  Task<void> begin_when_allowed();
  Task<bool> may_begin();
  Task<void> install();
  Task<Status> install_once();
  Task<void> restart_when_nobody_is_there();
  Task<void> ask_for_restart();
  Task<void> try_new_slot();
  Task<void> keep();
  Task<void> leave();
  Task<void> tell();
  Task<void> pay_owed_counter();

  Task<bool> move(Event event);
  void because(std::string why, std::string detail);
  void because(Refusal refusal, std::string detail);
  Task<std::optional<Running>> running();
  Task<SelfTestVerdict> tested();
  Task<void> pause(Timers::Duration at_most);
  bool begin_bundle(Bundle bundle);
  void look_at_stick();
  bool bundle_is_gone() const;
  [[nodiscard]] bool in_window() const;
  [[nodiscard]] bool was_left(const std::string& version) const;
  void keep_log(const std::vector<std::string>& lines);
  [[nodiscard]] std::string log_of_failed() const;
  std::vector<std::string> take_trial_log();
  void progress(std::int32_t percent, std::string step);
  void wait_for(Waiting what, std::vector<std::string> trouble = {});
  void say(UpdatePhase phase, std::vector<std::string> details = {});
  void say_untold();
  void changed();
  Status store();

  Timers& timers_;
  BundleInstaller& installer_;
  RollbackCounter& counter_;
  Surroundings surroundings_;
  Settings settings_;
  Record record_;
  std::optional<UpdateOffer> offer_;      ///< the server's, as said last
  std::optional<UpdateFetched> fetched_;  ///< of the offer that is being fetched
  std::optional<Bundle> wanted_;          ///< what a maintainer or the stick brought
  Timers::Monotonic fetch_heard_{};       ///< when kiosk-link last said how far it is
  bool withdrawn_ = false;
  bool attach_ = false;         ///< the installation runs already
  bool somebody_there_ = true;  ///< until the reception says otherwise
  std::string stick_seen_;      ///< the newest bundle that was offered from the stick that is in
  Standing standing_;
  std::int32_t said_percent_ = 0;
  std::optional<Timers::Monotonic> tested_at_;  ///< when the devices last failed
  std::function<void()> listener_;
  Wakeup woken_;
};

}  // namespace madoguchi::update
