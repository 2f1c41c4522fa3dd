#include "tools/gateway/residents/date.h"

namespace madoguchi::gateway {

namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day || *year < 1850 || *year > 2199) return std::nullopt;
  const Date date(*year, unsigned(*month), unsigned(*day));
  if (!date.day_.ok()) return std::nullopt;
  return date;
}

Date Date::in_japan(std::chrono::system_clock::time_point moment) {
  const auto local = std::chrono::floor<std::chrono::days>(moment + std::chrono::hours(9));
  Date date;
  date.day_ = std::chrono::year_month_day(local);
  return date;
}

std::string Date::text() const {
  const auto two = [](unsigned number) {
    return (number < 10 ? "-0" : "-") + std::to_string(number);
  };
  return std::to_string(year()) + two(month()) + two(day());
}

int Date::age_on(Date today) const {
  const bool birthday_past =
      today.month() > month() || (today.month() == month() && today.day() >= day());
  return today.year() - year() - (birthday_past ? 0 : 1);
}

}  // namespace madoguchi::gateway
