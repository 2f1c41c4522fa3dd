#pragma once
// Calendar dates of the registry and the way a certificate writes them.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::gateway {

/// A day of the Gregorian calendar that exists, 1850-01-01 to 2199-12-31. In JSON: "2026-11-22".
class Date {
 public:
  static constexpr std::string_view form =
      "a date such as 1985-04-12 (year-month-day, a day that exists)";

  Date() = default;
  constexpr Date(int year, unsigned month, unsigned day)
      : day_(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)) {}
  static std::optional<Date> parse(std::string_view text);
  /// The day that a moment belongs to in Japan (UTC+9, no summer time).
  static Date in_japan(std::chrono::system_clock::time_point moment);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] int year() const { return int(day_.year()); }
  [[nodiscard]] unsigned month() const { return unsigned(day_.month()); }
  [[nodiscard]] unsigned day() const { return unsigned(day_.day()); }
  /// Completed years of life of somebody born on this date. A birthday on 29 February counts from 1
  /// March in common years, as the kiosk's rules never hang on that one day.
  [[nodiscard]] int age_on(Date today) const;

  auto operator<=>(const Date&) const = default;

 private:
  std::chrono::year_month_day day_{std::chrono::year(1900), std::chrono::month(1),
                                   std::chrono::day(1)};
};

}  // namespace madoguchi::gateway
