#pragma once
// Days, months and fiscal years (年度, April to March) of the city's calendar. Uses the process's
// time zone (local_time.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/gateway/store.h"

namespace madoguchi::gateway::numbers {

/// From the first day to the last, both "2026-11-22".
struct Days {
  std::string first;
  std::string last;
  bool operator==(const Days&) const = default;
};

/// Whether it is a day of the calendar, as ISO 8601 writes it.
bool is_date(std::string_view text);
std::string date_of(UnixTime at);
/// "2026-11"
std::string month_of(UnixTime at);
/// 0 to 23
int hour_of(UnixTime at);
/// When the day begins.
UnixTime midnight(std::string_view date);
/// The day so many days later.
std::string days_after(std::string_view date, int days);
/// Days from the first to the last; 1 for the same.
int length(const Days& days);
/// "2026-10" after "2026-09"
std::string month_after(std::string_view month);

/// What is published of: a month "2026-10" or a fiscal year "fy2026". Nothing: it is neither.
std::optional<Days> days_of(std::string_view period);
/// The months of a fiscal year, "2026-04" to "2027-03".
std::vector<std::string> months_of_year(std::string_view fiscal_year);
/// "fy2026" for "2027-03"
std::string fiscal_year_of(std::string_view month);

}  // namespace madoguchi::gateway::numbers
