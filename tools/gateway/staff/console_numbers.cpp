// The console's operations about numbers (tools/gateway/numbers/stats_api.h).
#include <string>

#include "tools/gateway/numbers/open_data_page.h"
#include "tools/gateway/numbers/statistics.h"
#include "tools/gateway/staff/console.h"
#include "tools/gateway/staff/console_answers.h"

namespace madoguchi::gateway {
namespace {

using numbers::Days;

/// The value of a parameter of the query; dates need no percent-decoding.
std::string parameter(const std::string& target, const std::string& name) {
  const auto mark = target.find('?');
  std::string query = mark == std::string::npos ? "" : "&" + target.substr(mark + 1);
  const auto at = query.find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return query.substr(begin, query.find('&', begin) - begin);
}

/// The twelve months up to this one.
Days last_year(const std::string& today) {
  const int year = std::stoi(today.substr(0, 4)) - 1;
  return {numbers::month_after(std::to_string(year) + today.substr(4, 3)) + "-01", today};
}

/// Nothing: they are no days, or too many.
std::optional<Days> days_asked(const std::string& target, const std::string& today) {
  Days days = last_year(today);
  const std::string from = parameter(target, "from");
  const std::string to = parameter(target, "to");
  if (!from.empty()) days.first = from;
  if (!to.empty()) days.last = to;
  if (!numbers::is_date(days.first) || !numbers::is_date(days.last)) return std::nullopt;
  const int count = numbers::length(days);
  if (count < 1 || count > numbers::most_days_asked) return std::nullopt;
  return days;
}

}  // namespace

Task<Answer> Console::stats(Call call) {
  Numbers& numbers = parts_.numbers;
  const NumbersPolicy& policy = numbers.policy();
  const std::string today = numbers.today();
  const bool staff = call.who->role >= StaffRole::staff;
  // A volunteer cannot choose: the difference of two spans could be one resident's answer.
  const auto days = staff ? days_asked(call.request.target, today) : last_year(today);
  if (!days) co_return refuse(ConsoleRefusal::malformed);
  const auto tally = numbers.tally(*days);
  if (!tally) co_return broken(tally.error());
  Stats stats = numbers::stats_of(*tally, *days, today);
  const auto first = numbers.first_day();
  if (!first) co_return broken(first.error());
  stats.first_day = *first;
  stats.smallest_count = policy.smallest_count;
  stats.satisfaction_target = policy.satisfaction_target;
  if (!staff) {
    const Days whole_months{days->first, numbers::days_after(today.substr(0, 7) + "-01", -1)};
    const auto settled = numbers.tally(whole_months);
    if (!settled) co_return broken(settled.error());
    stats.satisfaction_help = numbers::stats_of(*settled, whole_months, today).satisfaction_help;
    co_return json_answer(200, numbers::for_volunteers(std::move(stats), policy.smallest_count));
  }
  const auto periods = numbers.periods();
  if (!periods) co_return broken(periods.error());
  stats.periods = *periods;
  co_return json_answer(200, stats);
}

Task<Answer> Console::guide(Call) {
  auto figures = parts_.numbers.guide().list();
  if (!figures) co_return broken(figures.error());
  const GuideView view{parts_.numbers.today().substr(0, 7), std::move(*figures)};
  co_return json_answer(200, view);
}

Task<Answer> Console::keep_guide(Call call) {
  const auto figure = decode<GuideFigure>(call.request.body, Dialect::json);
  if (!figure) co_return refuse(ConsoleRefusal::malformed);
  const std::string wrong = problem_of(*figure, parts_.numbers.today().substr(0, 7));
  if (!wrong.empty()) co_return refuse(ConsoleRefusal::malformed);
  const auto replaced = parts_.numbers.guide().keep({*figure});
  if (!replaced) co_return broken(replaced.error());
  const std::string what = *replaced > 0 ? "guide figure corrected " : "guide figure ";
  log_console(what + figure->month + " " + std::string(codec::enum_name(figure->event)),
              call.who->account);
  const GuideKept kept{*replaced > 0};
  co_return json_answer(200, kept);
}

Task<Answer> Console::open_data(Call call) {
  auto found = csv_answer(parts_.numbers, call.name);
  if (!found) co_return broken(found.error());
  if (!*found) co_return refuse(ConsoleRefusal::not_found);
  co_return std::move(**found);
}

}  // namespace madoguchi::gateway
