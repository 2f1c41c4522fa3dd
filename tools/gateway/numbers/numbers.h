#pragma once
// The city's numbers: what kiosks report (POST /v1/flows) is added to counts, of which no row is
// about one visit; the console and the open data are read from them and from the help records.
// Tables `flow_counts`, `flow_steps`, `open_data`; every statement about them is here, in words
// that SQLite and PostgreSQL share.
//
// Loop thread only.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "tools/gateway/numbers/calendar.h"
#include "tools/gateway/numbers/guide_figures.h"
#include "tools/gateway/numbers/open_data.h"
#include "tools/gateway/numbers/tally.h"
#include "tools/gateway/visits.h"

namespace madoguchi::gateway {

struct NumbersPolicy {
  std::int64_t smallest_count = 10;  ///< what is published as a number; never below 3
  int kept_days = 1096;              ///< three years, then counts and help records are removed
  std::optional<int> satisfaction_target;  ///< percent who say 4 or 5; the strategy names none
  numbers::Publisher publisher;
};

class Numbers {
 public:
  /// All of it outlives the Numbers.
  struct Parts {
    Store& store;
    Timers& timers;
    NumbersPolicy policy;
  };
  static Result<Numbers> open(Parts parts);

  /// POST /v1/flows
  Task<Decision> flow(Caller caller, madoguchi::numbers::FlowReport report);

  /// The procedure guide's figures, which the city's own counters count.
  GuideFigures& guide() { return guide_; }

  Result<numbers::Tally> tally(const numbers::Days& days);
  /// The first day of which anything is known.
  Result<std::optional<std::string>> first_day();
  [[nodiscard]] std::string today() const;

  /// Of the editions that are out, newest first: "2026-10", "fy2026".
  Result<std::vector<std::string>> periods();
  /// The CSV of one that is out.
  Result<std::optional<std::string>> csv(const std::string& period);

  /// Removes what is too old, publishes what is due. To be called now and then.
  Status tidy();

  [[nodiscard]] const NumbersPolicy& policy() const { return parts_.policy; }

  /// A month is published so many days after its end: records of kiosks that were cut off.
  static constexpr int days_of_grace = 7;

 private:
  Numbers(Parts parts, GuideFigures guide) : parts_(std::move(parts)), guide_(std::move(guide)) {}

  [[nodiscard]] UnixTime now() const;
  Status read_help(const numbers::Days& days, numbers::Tally& out);
  Status read_consults(const numbers::Days& days, numbers::Tally& out);
  Status read_flows(const numbers::Days& days, numbers::Tally& out);
  Result<std::optional<numbers::Edition>> edition(const std::string& period);
  Status publish_due();
  Status publish_month(const std::string& month);
  Status publish_year(const std::string& fiscal_year);
  Status keep(const numbers::Edition& edition);

  Parts parts_;
  GuideFigures guide_;
  std::set<std::string> unsafe_years_;  ///< that would give a small count away
};

}  // namespace madoguchi::gateway
