#pragma once
// The city's clock. The gateway lives in one time zone, said once at start: the C library's time
// zone belongs to the whole process.

#include <chrono>
#include <string>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

struct LocalTime {
  int year = 0;
  int month = 0;           ///< 1-12
  int day = 0;             ///< 1-31
  int weekday = 0;         ///< 0 is Sunday
  int minute = 0;          ///< of the day, 0-1439
  int second = 0;          ///< 0-60
  int utc_offset_min = 0;  ///< east is positive

  /// "2026-11-22", as ISO 8601 writes it.
  [[nodiscard]] std::string date() const;
  /// "2026-11-22T09:05:00+09:00".
  [[nodiscard]] std::string iso8601() const;
};

/// Sets the process's time zone by its IANA name. Errc::invalid when the machine does not know it.
/// Before threads.
Status set_time_zone(const std::string& name);
/// The time on the city's clocks. Any thread.
LocalTime local_time(std::chrono::system_clock::time_point at);

}  // namespace madoguchi::gateway
