#include "tools/gateway/numbers/calendar.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "tools/gateway/local_time.h"

namespace madoguchi::gateway::numbers {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

int number(std::string_view text, std::size_t at, std::size_t size) {
  int out = -1;
  const std::string_view digits = text.substr(at, size);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return parsed.ptr == digits.data() + digits.size() ? out : -1;
}

year_month_day read(std::string_view date) {
  return std::chrono::year(number(date, 0, 4)) / number(date, 5, 2) / number(date, 8, 2);
}

std::string text_of(year_month_day day) {
  char text[40];
  (void)std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

LocalTime local(UnixTime at) { return local_time(std::chrono::system_clock::from_time_t(at)); }

bool is_month(std::string_view text) {
  return text.size() == 7 && is_date(std::string(text) + "-01");
}

bool is_fiscal_year(std::string_view text) {
  return text.size() == 6 && text.starts_with("fy") && number(text, 2, 4) > 0;
}

std::string last_day(std::string_view month) {
  return days_after(std::string(month_after(month)) + "-01", -1);
}

}  // namespace

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const year_month_day day = read(text);
  return number(text, 0, 4) >= 1970 && number(text, 5, 2) > 0 && number(text, 8, 2) > 0 && day.ok();
}

std::string date_of(UnixTime at) { return local(at).date(); }

std::string month_of(UnixTime at) { return date_of(at).substr(0, 7); }

int hour_of(UnixTime at) { return local(at).minute / 60; }

UnixTime midnight(std::string_view date) {
  std::tm local{};
  local.tm_year = number(date, 0, 4) - 1900;
  local.tm_mon = number(date, 5, 2) - 1;
  local.tm_mday = number(date, 8, 2);
  local.tm_isdst = -1;
  return std::mktime(&local);
}

std::string days_after(std::string_view date, int days) {
  return text_of(sys_days(read(date)) + std::chrono::days(days));
}

int length(const Days& days) {
  return static_cast<int>((sys_days(read(days.last)) - sys_days(read(days.first))).count()) + 1;
}

std::string month_after(std::string_view month) {
  const year_month_day next = read(std::string(month) + "-01") + std::chrono::months(1);
  return text_of(next).substr(0, 7);
}

std::optional<Days> days_of(std::string_view period) {
  if (is_month(period)) return Days{std::string(period) + "-01", last_day(period)};
  if (!is_fiscal_year(period)) return std::nullopt;
  const auto months = months_of_year(period);
  return Days{months.front() + "-01", last_day(months.back())};
}

std::vector<std::string> months_of_year(std::string_view fiscal_year) {
  std::vector<std::string> out{std::string(fiscal_year.substr(2)) + "-04"};
  while (out.size() < 12) out.push_back(month_after(out.back()));
  return out;
}

std::string fiscal_year_of(std::string_view month) {
  const int year = number(month, 0, 4) - (number(month, 5, 2) < 4 ? 1 : 0);
  return "fy" + std::to_string(year);
}

}  // namespace madoguchi::gateway::numbers
