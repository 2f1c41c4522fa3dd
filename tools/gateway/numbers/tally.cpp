#include "tools/gateway/numbers/tally.h"

#include <algorithm>

namespace madoguchi::gateway::numbers {

std::int32_t percentile(const StepTimes& times, int percent) {
  const std::int64_t rank = (times.count * percent + 99) / 100;
  std::int64_t so_far = 0;
  for (const auto& [seconds, count] : times.seconds) {
    so_far += count;
    if (so_far >= rank) return seconds;
  }
  return times.seconds.empty() ? 0 : times.seconds.rbegin()->first;
}

StepTimes waits_of(const Tally& tally, std::optional<consult::Topic> topic) {
  StepTimes out;
  for (const ConsultLine& line : tally.consults) {
    if (!line.is_talk() || (topic && line.topic != *topic)) continue;
    out.seconds[line.waited_s] += line.count;
    out.count += line.count;
  }
  return out;
}

std::vector<std::pair<std::string, StepTimes>> in_order(
    const std::map<std::string, StepTimes>& steps) {
  std::vector<std::pair<std::string, StepTimes>> out(steps.begin(), steps.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& left, const auto& right) {
    return left.second.position() < right.second.position();
  });
  return out;
}

}  // namespace madoguchi::gateway::numbers
