#include "tools/gateway/local_time.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace madoguchi::gateway {

std::string LocalTime::date() const {
  char text[40];
  (void)std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  return text;
}

std::string LocalTime::iso8601() const {
  const int offset = utc_offset_min < 0 ? -utc_offset_min : utc_offset_min;
  char text[64];
  (void)std::snprintf(text, sizeof text, "T%02d:%02d:%02d%c%02d:%02d", minute / 60, minute % 60,
                      second, utc_offset_min < 0 ? '-' : '+', offset / 60, offset % 60);
  return date() + text;
}

Status set_time_zone(const std::string& name) {
  // tzset() takes an unknown zone for UTC without a word, so the zone's file is looked for first.
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
  std::error_code ignored;
  if (!plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, ignored)) {
    return Error{Errc::invalid, "time-zone", "'" + name + "' is not a time zone of this machine"};
  }
  setenv("TZ", name.c_str(), 1);
  tzset();
  return {};
}

LocalTime local_time(std::chrono::system_clock::time_point at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm local{};
  localtime_r(&seconds, &local);
  return {.year = local.tm_year + 1900,
          .month = local.tm_mon + 1,
          .day = local.tm_mday,
          .weekday = local.tm_wday,
          .minute = local.tm_hour * 60 + local.tm_min,
          .second = local.tm_sec,
          .utc_offset_min = static_cast<int>(local.tm_gmtoff / 60)};
}

}  // namespace madoguchi::gateway
