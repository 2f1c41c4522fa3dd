#include "tools/gateway/queue/booking_calendar.h"

#include <array>
#include <ctime>

namespace madoguchi::gateway {
namespace {

constexpr std::size_t most_line = 75;  // bytes, RFC 5545 3.1

/// "20261122T010000Z"
std::string moment(std::int64_t at) {
  const std::time_t time = at;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 20> out{};
  (void)std::strftime(out.data(), out.size(), "%Y%m%dT%H%M%SZ", &parts);
  return out.data();
}

/// RFC 5545 3.3.11
std::string text(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

/// One line, folded where a character begins.
std::string folded(const std::string& line) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at + 1;
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0u) == 0x80u) ++end;
    if (used + (end - at) > most_line) {
      out += "\r\n ";
      used = 1;
    }
    out.append(line, at, end - at);
    used += end - at;
    at = end;
  }
  return out + "\r\n";
}

}  // namespace

std::string written_code(const std::string& code) {
  return code.size() == queue::booking_code_digits ? code.substr(0, 4) + "-" + code.substr(4)
                                                   : code;
}

std::string calendar_of(const std::string& id, const queue::Booking& booking,
                        const std::string& subject, const std::string& page, std::int64_t now) {
  const queue::Slot& slot = booking.slot;
  const std::string about = "予約番号 " + written_code(booking.code) + "\n" + page;
  std::string out;
  for (const std::string& line :
       {std::string("BEGIN:VCALENDAR"), std::string("VERSION:2.0"),
        std::string("PRODID:-//madoguchi//gateway//JA"), std::string("BEGIN:VEVENT"),
        "UID:" + id + "@madoguchi", "DTSTAMP:" + moment(now), "DTSTART:" + moment(slot.starts_at),
        "DTEND:" + moment(slot.starts_at + std::int64_t{slot.minutes} * 60),
        "SUMMARY:" + text(subject), "DESCRIPTION:" + text(about), "URL:" + page,
        std::string("BEGIN:VALARM"), std::string("ACTION:DISPLAY"), std::string("TRIGGER:-PT1H"),
        "DESCRIPTION:" + text(subject), std::string("END:VALARM"), std::string("END:VEVENT"),
        std::string("END:VCALENDAR")})
    out += folded(line);
  return out;
}

}  // namespace madoguchi::gateway
