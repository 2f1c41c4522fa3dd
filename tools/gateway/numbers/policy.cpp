#include "tools/gateway/numbers/policy.h"

#include <charconv>

namespace madoguchi::gateway {
namespace {

constexpr std::int64_t least_count = 3;
constexpr std::int64_t most_count = 1000;
constexpr std::int64_t least_days = 400;  // a fiscal year is published from what is kept
constexpr std::int64_t most_days = 3660;

Result<std::int64_t> number(const char* option, const std::string& text, std::int64_t least,
                            std::int64_t most) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  const bool good = parsed.ec == std::errc() && parsed.ptr == end;
  if (good && value >= least && value <= most) return value;
  return Error{Errc::invalid, option,
               "is a number from " + std::to_string(least) + " to " + std::to_string(most)};
}

}  // namespace

Result<NumbersPolicy> numbers_policy(const Options& options, const std::string& city) {
  const auto smallest = number("--smallest-count", options.smallest_count, least_count, most_count);
  if (!smallest) return smallest.error();
  const auto days = number("--numbers-days", options.numbers_days, least_days, most_days);
  if (!days) return days.error();
  if (!numbers::is_municipal_code(options.municipal_code))
    return Error{Errc::invalid, "--municipal-code", "is six digits, the last one its check digit"};
  NumbersPolicy policy;
  policy.smallest_count = *smallest;
  policy.kept_days = static_cast<int>(*days);
  policy.publisher = {options.municipal_code, options.prefecture, city};
  if (!options.satisfaction_target.empty()) {
    const auto target = number("--satisfaction-target", options.satisfaction_target, 1, 100);
    if (!target) return target.error();
    policy.satisfaction_target = static_cast<int>(*target);
  }
  return policy;
}

}  // namespace madoguchi::gateway
