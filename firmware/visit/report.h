#pragma once
// What a visit leaves behind for people who watch the kiosk: no name, no card, no document.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/message/codec.h"

namespace madoguchi::visit {

struct StepTime {
  std::string name;     ///< of the screen
  std::int64_t ms = 0;  ///< that it was shown
};
MADOGUCHI_DESCRIBE(StepTime, name, ms)

struct Report {
  std::string visit;
  std::string outcome;           ///< an Ending's name
  std::int32_t apdus = 0;        ///< sent to the card
  std::int64_t charged_yen = 0;  ///< what the resident has paid after all reversals
  std::int64_t reversed_yen = 0;
  std::int32_t pages = 0;   ///< printed, of all copies
  std::string kind;         ///< of the certificate; empty before it was chosen
  std::string document;     ///< its number; empty when none was issued
  std::string left_behind;  ///< "card" or "paper" when somebody forgot it
  std::string ended_at;     ///< the screen at which it became clear that none is issued
  std::vector<StepTime> steps;
};
MADOGUCHI_DESCRIBE(Report, visit, outcome, apdus, charged_yen, reversed_yen, pages, kind, document,
                   left_behind, ended_at, steps)

/// Measures how long each screen was shown.
class StepClock {
 public:
  explicit StepClock(Timers& timers) : timers_(timers) {}
  /// A screen of this name is shown now; the same name again goes on counting.
  void entered(const std::string& name);
  /// So much of the present screen's time was not its own.
  void leave_out(Timers::Monotonic::duration time) { since_ += time; }
  std::vector<StepTime> finish();
  /// The last screen that asked or did something: not one that only ends what another began.
  [[nodiscard]] std::string asked() const;

 private:
  void close();
  Timers& timers_;
  Timers::Monotonic since_{};
  std::vector<StepTime> steps_;
};

/// Writes the report as JSON, whole or not at all.
Status write_report(const std::string& path, const Report& report);

}  // namespace madoguchi::visit
