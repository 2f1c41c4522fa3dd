#pragma once
// At closing time, once a day: journal, terminal and the city's ledger against each other
// (firmware/payment/reconciliation.h), and a report for the clerk.

#include <optional>

#include "firmware/payment/reconciliation.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

namespace entry {
inline constexpr const char* day_end = "day_end";
}  // namespace entry

/// The journal's entry of a day end, under an id of its own.
struct DayEndRecord {
  std::string date;
  std::int64_t at_ms = 0;         ///< since 1970
  std::int64_t up_to = 0;         ///< the last entry of the journal that was counted
  std::vector<std::string> open;  ///< visits that had not ended: they belong to the next day, too
  bool terminal_reached = false;  ///< else its period goes on
  std::string period;             ///< the terminal's, before it was asked to end it
  std::int64_t payments = 0;      ///< the journal's sums of that period
  std::int64_t payments_yen = 0;
  std::int64_t reversals = 0;
  std::int64_t reversals_yen = 0;
};
MADOGUCHI_DESCRIBE(DayEndRecord, date, at_ms, up_to, open, terminal_reached, period, payments,
                   payments_yen, reversals, reversals_yen)

/// Loop thread only, between visits.
class DayEnd {
 public:
  explicit DayEnd(Desk& desk) : desk_(desk) {}

  /// Marks the first day's beginning in a journal that has none yet; to be called before anybody is
  /// served, since a day holds what comes after its mark. False when the journal fails.
  bool begin();
  /// Does nothing until the hours have ended since the last day end, by the journal: a restart
  /// repeats nothing, and a kiosk that was off at closing time makes up for it. Raises or clears
  /// the fault "reconciliation" (mismatch, incomplete), which takes no kiosk out of service. While
  /// terminal or gateway do not answer it is tried again for half an hour.
  Task<void> run_when_due();

 private:
  struct Day;
  Status load_last();
  Result<Day> read_day();
  Task<void> ask_terminal(Day& day);
  Task<std::optional<std::int64_t>> yen_at_terminal(payment::ChargeRecord charge);
  Task<void> ask_gateway(Day& day);
  void publish(const payment::DayReport& report);
  Status remember(DayEndRecord record);

  Desk& desk_;
  std::optional<DayEndRecord> last_;
  std::optional<Timers::Monotonic> tried_;
  int tries_ = 0;
};

}  // namespace madoguchi::visit
