#include "tools/gateway/numbers/open_data_page.h"

#include <algorithm>

#include "firmware/base/log.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view parameter = "period=";

Answer plain(int status, std::string_view text) {
  Answer answer{.status = status,
                .content_type = "text/plain; charset=utf-8",
                .body = to_bytes(as_bytes(text))};
  answer.headers["X-Content-Type-Options"] = "nosniff";
  return answer;
}

Answer broken(const Error& error) {
  log_event(Event::gateway_refused, {{"what", error.text()}});
  return plain(500, "This could not be read. / 読み込めませんでした。\n");
}

Answer not_found() { return plain(404, "There is no such edition. / この版はありません。\n"); }

}  // namespace

Result<std::optional<Answer>> csv_answer(Numbers& numbers, const std::string& period) {
  if (!numbers::days_of(period)) return std::optional<Answer>();
  const auto csv = numbers.csv(period);
  if (!csv) return csv.error();
  if (!*csv) return std::optional<Answer>();
  Answer answer = plain(200, **csv);
  answer.content_type = "text/csv; charset=utf-8";
  answer.headers["Content-Disposition"] = "attachment; filename=\"kiosk_use_" + period + ".csv\"";
  return std::optional(std::move(answer));
}

Answer OpenDataPage::handle(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Answer answer = plain(405, "GET, HEAD\n");
    answer.headers["Allow"] = "GET, HEAD";
    return answer;
  }
  const std::string_view target = request.target;
  const auto mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const auto query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (path == "/opendata/kiosk_use.csv") return csv(query);
  if (path == "/opendata/kiosk_use.txt") return metadata();
  return not_found();
}

Answer OpenDataPage::csv(std::string_view query) {
  std::string period;
  if (query.starts_with(parameter)) {
    period = query.substr(parameter.size());
  } else if (query.empty()) {
    const auto periods = numbers_.periods();
    if (!periods) return broken(periods.error());
    const auto month = std::find_if(periods->begin(), periods->end(),
                                    [](const std::string& one) { return !one.starts_with("fy"); });
    if (month != periods->end()) period = *month;
  }
  auto found = csv_answer(numbers_, period);
  if (!found) return broken(found.error());
  return *found ? std::move(**found) : not_found();
}

Answer OpenDataPage::metadata() {
  const auto periods = numbers_.periods();
  if (!periods) return broken(periods.error());
  const NumbersPolicy& policy = numbers_.policy();
  return plain(200,
               "\xEF\xBB\xBF" + metadata_of(*periods, policy.publisher, policy.smallest_count));
}

}  // namespace madoguchi::gateway
