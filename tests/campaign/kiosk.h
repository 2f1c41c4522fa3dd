#pragma once
// One kiosk of the town: the real visit, recovery and journal, on a loop of its own that a power
// cut destroys; its terminal and printer keep their own books and their power.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/asio.h"
#include "firmware/visit/certificate_visit.h"
#include "tests/campaign/plan.h"
#include "tests/campaign/wires.h"

namespace madoguchi::campaign {

class Town;

class Kiosk {
 public:
  Kiosk(Town& town, int number, int stays);
  ~Kiosk();

  /// Does one step of what is due; false when there is nothing to do now.
  bool turn();
  /// When there is something to do again although nothing happens; nothing when that is open.
  [[nodiscard]] std::optional<Timers::Monotonic> due() const;
  [[nodiscard]] bool closed() const { return stage_ == Stage::closed; }
  /// What it is doing, for somebody who wonders why the day does not end.
  [[nodiscard]] std::string doing() const;
  /// Everything works again, and recovery runs once more.
  void mend();
  /// Adds what this kiosk's terminal, printer and journal say.
  void tell(Books& books) const;

 private:
  enum class Stage {
    resting,     ///< between two residents
    serving,     ///< a visit
    dark,        ///< no power
    recovering,  ///< after a power cut, and now and then
    closed,      ///< every resident was served
  };
  /// One resident at the kiosk.
  struct Sitting;

  void begin_stay();
  void break_things(const Plan& plan);
  void watch(const Screen& screen);
  bool serve();
  void end_stay();
  void cut_power();
  void power_up();
  void start_recovery();
  bool recovering();
  void rest();
  void start(Task<void> task);
  bool step();
  void note_whose(int stay);
  [[nodiscard]] Timers::Monotonic now() const;
  [[nodiscard]] std::unique_ptr<Journal> open_journal() const;
  visit::Desk desk_with(test::ScriptedFront& front);

  Town& town_;
  const int number_;
  const std::string name_;
  int stays_left_;
  Stage stage_ = Stage::resting;
  Timers::Monotonic until_{};
  Dice dice_;

  test::ScriptedReader reader_;
  test::LedgerTerminal terminal_;
  test::TrayPrinter printer_;
  test::ScriptedFront front_;  ///< for recovery, which shows nothing
  FaultBoard faults_;
  visit::Settings settings_;
  Wires::Line line_;
  std::unique_ptr<Journal> journal_;
  std::string last_visit_;

  Stay stay_;
  std::vector<int> paper_for_;           ///< who stood there, by printer job
  std::map<std::string, int> sale_for_;  ///< ... by sale of the terminal
  int cut_in_ = -1;                      ///< steps until the power goes; below 0: it stays

  std::unique_ptr<Sitting> sitting_;
  std::optional<visit::Desk> desk_;  ///< of recovery
  bool done_ = false;
  std::unique_ptr<asio::io_context> loop_;  // last: its frames use all of the above
};

}  // namespace madoguchi::campaign
