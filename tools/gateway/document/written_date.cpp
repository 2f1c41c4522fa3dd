#include "tools/gateway/document/written_date.h"

#include <cassert>
#include <memory>

#include <unicode/calendar.h>
#include <unicode/datefmt.h>
#include <unicode/smpdtfmt.h>

namespace madoguchi::gateway {

std::string japanese_date(Date date) {
  // The long form of this locale is the one that writes the first year of an era as 元年.
  thread_local const std::unique_ptr<icu::DateFormat> format = [] {
    std::unique_ptr<icu::DateFormat> made(icu::DateFormat::createDateInstance(
        icu::DateFormat::kLong, icu::Locale("ja_JP@calendar=japanese")));
    assert(made && "ICU carries its own data");
    made->adoptTimeZone(icu::TimeZone::getGMT()->clone());
    return made;
  }();
  using std::chrono::sys_days;
  const sys_days day = std::chrono::year(date.year()) / std::chrono::month(date.month()) /
                       std::chrono::day(date.day());
  icu::UnicodeString text;
  format->format(
      UDate(std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count()),
      text);
  std::string out;
  return text.toUTF8String(out);
}

std::string western_date(Date date) {
  return std::to_string(date.year()) + "年" + std::to_string(date.month()) + "月" +
         std::to_string(date.day()) + "日";
}

std::string japanese_year(int year) {
  const auto last_day = japanese_date(Date(year, 12, 31));
  return last_day.substr(0, last_day.find("年") + std::string_view("年").size());
}

}  // namespace madoguchi::gateway
