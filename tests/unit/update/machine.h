#pragma once
// A machine with two slots, a boot loader that counts starts, an installer and a counter, as a
// model: what an agent does to it is noted, and the power can be cut at every point.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/asio.h"
#include "firmware/update/agent.h"
#include "tests/own_folder.h"

namespace madoguchi::test {

struct Slot {
  std::string version;
  bool whole = true;
  bool good = true;
  int starts_left = 0;  ///< while not good
};

class Machine final : public BundleInstaller, public update::RollbackCounter {
 public:
  Machine();
  ~Machine() override;

  // BundleInstaller
  Task<Result<InstallerState>> system() override;
  Task<Result<BundleInfo>> inspect(std::string bundle) override;
  Task<Status> install(std::string bundle, Progress progress) override;
  Task<Status> attach(Progress progress) override;
  Task<Result<std::vector<BundleSlot>>> slots() override;
  Task<Status> mark(Mark mark) override;
  // RollbackCounter
  Task<Result<std::uint64_t>> read() override;
  Task<Status> raise_to(std::uint64_t number) override;

  /// Starts the slot that the boot loader takes, and in it the agent. The reception says at once
  /// that nobody is there.
  void boot();
  /// Ends kioskd only, and starts it again.
  void restart_kioskd();
  void power_cut();
  /// Runs for so long in virtual time; a restart that was asked for comes.
  void pass(Timers::Duration time);
  /// Until the agent rests in this state; fails the test after a virtual day.
  void until(update::State state);
  /// Cuts the power when the n-th point is reached.
  void cut_at(int point) { cut_point_ = point; }
  [[nodiscard]] int points() const { return points_; }
  [[nodiscard]] bool was_cut() const { return cut_; }

  [[nodiscard]] const std::string& version() const { return slot_[booted_].version; }
  [[nodiscard]] std::vector<UpdateSay> said(UpdatePhase phase) const;
  void offer(const std::string& action = "7");
  /// A file that exists, of that name.
  std::string stick(const std::string& name);
  [[nodiscard]] std::string folder() const { return folder_.path(); }

  BundleInfo bundle{"madoguchi-test", "2.0", 4};
  std::optional<Error> inspect_error;
  std::vector<Error> install_errors;  ///< of the next installations, in order
  std::optional<Error> mark_error;
  bool new_slot_starts = true;  ///< else it dies before kioskd
  bool new_slot_passes = true;
  bool devices_well = true;  ///< in the old slot
  Timers::Duration self_test_takes{1};
  bool restart_comes = true;
  bool link_up = true;  ///< the server takes what it is told
  std::uint64_t counter = 3;
  int installs = 0;
  std::vector<UpdateSay> told;
  std::vector<UpdateStopAnswer> answers;
  std::vector<std::string> fetches;
  std::function<void()> during_install;  ///< half way
  VirtualTimers timers;
  std::unique_ptr<update::Agent> agent;

 private:
  struct Stop;
  Task<void> point();
  void start_agent();
  void stop_agent();
  void poll();
  void start();

  OwnFolder folder_;
  asio::io_context loop_{1};
  std::unique_ptr<Stop> stop_;
  Slot slot_[2];
  int primary_ = 0;
  int booted_ = 0;
  int boots_ = 0;
  bool restart_asked_ = false;
  bool installing_ = false;
  int points_ = 0;
  int cut_point_ = -1;
  bool cut_ = false;
  std::string state_at_cut_;
};

}  // namespace madoguchi::test
