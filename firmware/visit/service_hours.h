#pragma once
// When the kiosk serves: a span of local time, the same every day.

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi::visit {

class ServiceHours {
 public:
  /// Around the clock in UTC.
  ServiceHours() = default;
  /// Whether this is a span as parse() takes it.
  static bool is_span(std::string_view text);
  /// span: "06:30-23:00"; "22:00-02:00" goes over midnight; "00:00-24:00" is always. zone: an IANA
  /// name with its file in the system's zoneinfo. Errors: invalid, with what was read.
  static Result<ServiceHours> parse(std::string_view span, const std::string& zone);

  [[nodiscard]] bool open_at(std::chrono::system_clock::time_point when) const;
  /// The time on the city's clocks.
  [[nodiscard]] std::tm local(std::chrono::system_clock::time_point when) const;
  /// When the hours last ended, at or before `when`; those of around the clock end at midnight.
  [[nodiscard]] std::chrono::system_clock::time_point last_closing(
      std::chrono::system_clock::time_point when) const;
  /// "6:30" and "23:00", as people write them.
  [[nodiscard]] std::string opens() const;
  [[nodiscard]] std::string closes() const;

 private:
  std::chrono::minutes from_{0};
  std::chrono::minutes until_{24 * 60};
  std::string zone_ = "UTC";
};

}  // namespace madoguchi::visit
