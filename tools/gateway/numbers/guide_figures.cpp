#include "tools/gateway/numbers/guide_figures.h"

#include <algorithm>
#include <tuple>

#include "tools/gateway/numbers/calendar.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS guide_figures (
  month TEXT NOT NULL, event TEXT NOT NULL, users BIGINT NOT NULL, procedures BIGINT NOT NULL,
  PRIMARY KEY (month, event));
)sql";
constexpr const char* all_figures = "SELECT month, event, users, procedures FROM guide_figures";
constexpr const char* one_figure = "SELECT users FROM guide_figures WHERE month = ? AND event = ?";
constexpr const char* put_figure =
    "INSERT INTO guide_figures (month, event, users, procedures) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (month, event) DO UPDATE SET users = excluded.users, "
    "procedures = excluded.procedures";
constexpr std::string_view first_month = "2000-01";  // before it: a slip of the hand
constexpr std::int64_t most_procedures = 10'000'000;

}  // namespace

std::string problem_of(const GuideFigure& figure, std::string_view this_month) {
  if (figure.month.size() != first_month.size() || !numbers::days_of(figure.month))
    return "the month is written as 2026-10";
  if (figure.month < first_month) return "the month is before " + std::string(first_month);
  if (figure.month > this_month) return "the month is yet to come";
  if (figure.users < 0 || figure.procedures < 0) return "a count is below zero";
  if (figure.procedures > most_procedures) return "there are too many procedures";
  if (figure.users > figure.procedures) {
    return "there are more users (" + std::to_string(figure.users) + ") than procedures (" +
           std::to_string(figure.procedures) + ")";
  }
  return {};
}

Result<GuideFigures> GuideFigures::open(Database database) {
  if (auto made = database.script(tables); !made) return made.error();
  return GuideFigures(std::move(database));
}

Result<std::vector<GuideFigure>> GuideFigures::list() {
  auto select = database_.prepare(all_figures);
  if (!select) return select.error();
  std::vector<GuideFigure> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) break;
    const auto event = codec::enum_value<LifeEvent>(select->text(1));
    // A newer gateway's event is not shown by this one.
    if (event) out.push_back({select->text(0), *event, select->integer(2), select->integer(3)});
  }
  std::sort(out.begin(), out.end(), [](const GuideFigure& a, const GuideFigure& b) {
    return std::tie(a.month, a.event) < std::tie(b.month, b.event);
  });
  return out;
}

Result<int> GuideFigures::keep(const std::vector<GuideFigure>& figures) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  int replaced = 0;
  for (const GuideFigure& figure : figures) {
    const auto event = codec::enum_name(figure.event);
    const auto known =
        database_.one(one_figure, [](const Statement&) { return true; }, figure.month, event);
    if (!known) return known.error();
    if (*known) ++replaced;
    const auto put =
        database_.run(put_figure, figure.month, event, figure.users, figure.procedures);
    if (!put) return put.error();
  }
  if (auto done = transaction->commit(); !done) return done.error();
  return replaced;
}

}  // namespace madoguchi::gateway
