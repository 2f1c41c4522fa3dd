#include "firmware/queue/ticket_record.h"

#include <charconv>

namespace madoguchi::queue {
namespace {

constexpr int last_count = 999;
constexpr std::size_t digits = 3;

}  // namespace

Duty duty_of(const TicketRecord& record) {
  return record.number.empty() ? Duty::withdraw : Duty::report;
}

TicketReport report_of(const TicketRecord& record) {
  return {record.number, record.topic, record.language, record.taken_at, record.booking};
}

std::string offline_number(std::string_view series, int count) {
  std::string text = std::to_string(count);
  while (text.size() < digits) text.insert(text.begin(), '0');
  return std::string(series) + "-" + text;
}

std::optional<int> count_in(std::string_view series, std::string_view number) {
  if (series.empty() || !number.starts_with(series)) return std::nullopt;
  number.remove_prefix(series.size());
  if (number.size() != digits + 1 || number.front() != '-') return std::nullopt;
  int count = 0;
  const char* const end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data() + 1, end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count < 1) return std::nullopt;
  return count;
}

int count_after(int count) { return count >= last_count ? 1 : count + 1; }

bool given_offline(const TopicNow& topic, int weekday, int minute) {
  const bool day = weekday >= 0 && weekday < 7 && (topic.weekdays >> weekday & 1) != 0;
  return day && minute >= topic.from_minute && minute < topic.to_minute;
}

}  // namespace madoguchi::queue
