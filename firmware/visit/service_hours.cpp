#include "firmware/visit/service_hours.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <optional>

#include <unistd.h>

namespace madoguchi::visit {
namespace {

using std::chrono::minutes;

std::optional<minutes> clock_time(std::string_view text) {
  int hour = 0;
  int minute = 0;
  const std::size_t colon = text.find(':');
  if (colon < 1 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  const auto h = std::from_chars(text.data(), text.data() + colon, hour);
  const auto m = std::from_chars(text.data() + colon + 1, text.data() + text.size(), minute);
  if (h.ec != std::errc{} || h.ptr != text.data() + colon) return std::nullopt;
  if (m.ec != std::errc{} || m.ptr != text.data() + text.size()) return std::nullopt;
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return minutes(hour * 60 + minute);
}

struct Span {
  minutes from;
  minutes until;
};

std::optional<Span> span_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = clock_time(text.substr(0, dash));
  const auto until = clock_time(text.substr(dash + 1));
  if (!from || !until || *from == *until) return std::nullopt;
  return Span{*from, *until};
}

std::string written(minutes time) {
  const auto count = time.count();
  const std::string minute = std::to_string(count % 60);
  return std::to_string(count / 60) + ":" + (minute.size() == 1 ? "0" : "") + minute;
}

}  // namespace

bool ServiceHours::is_span(std::string_view text) { return span_of(text).has_value(); }

Result<ServiceHours> ServiceHours::parse(std::string_view span, const std::string& zone) {
  const auto found = span_of(span);
  if (!found) {
    return Error{Errc::invalid, "service_hours",
                 "\"" + std::string(span) + "\" is not a span of hours such as \"06:30-23:00\""};
  }
  if (zone.empty() || zone.find("..") != std::string::npos || zone.front() == '/' ||
      access(("/usr/share/zoneinfo/" + zone).c_str(), R_OK) != 0) {
    return Error{Errc::invalid, "time_zone",
                 "\"" + zone + "\" is not a time zone such as \"Asia/Tokyo\""};
  }
  ServiceHours hours;
  hours.from_ = found->from;
  hours.until_ = found->until;
  hours.zone_ = zone;
  return hours;
}

std::tm ServiceHours::local(std::chrono::system_clock::time_point when) const {
  // The C library knows one time zone per process; the kiosk has one, too.
  if (const char* current = std::getenv("TZ"); current == nullptr || zone_ != current) {
    setenv("TZ", zone_.c_str(), 1);
    tzset();
  }
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm local{};
  (void)localtime_r(&seconds, &local);
  return local;
}

bool ServiceHours::open_at(std::chrono::system_clock::time_point when) const {
  const std::tm local = this->local(when);
  const minutes now(local.tm_hour * 60 + local.tm_min);
  return from_ < until_ ? from_ <= now && now < until_ : now >= from_ || now < until_;
}

std::chrono::system_clock::time_point ServiceHours::last_closing(
    std::chrono::system_clock::time_point when) const {
  std::tm day = local(when);
  for (;;) {
    std::tm closing = day;
    closing.tm_hour = 0;
    closing.tm_min = static_cast<int>(until_.count());  // mktime brings 24:00 to the next day
    closing.tm_sec = 0;
    closing.tm_isdst = -1;
    const auto at = std::chrono::system_clock::from_time_t(std::mktime(&closing));
    if (at <= when) return at;
    --day.tm_mday;
  }
}

std::string ServiceHours::opens() const { return written(from_); }
std::string ServiceHours::closes() const { return written(until_); }

}  // namespace madoguchi::visit
