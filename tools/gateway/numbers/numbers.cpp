#include "tools/gateway/numbers/numbers.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "firmware/base/log.h"
#include "tools/gateway/consult/consult_records.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/numbers/class_counts.h"

namespace madoguchi::gateway {

using madoguchi::numbers::FlowReport;
using numbers::Days;
using numbers::Edition;
using numbers::Tally;

namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS flow_counts (
  kiosk TEXT NOT NULL, hour BIGINT NOT NULL, flow TEXT NOT NULL, outcome TEXT NOT NULL, ended_at TEXT NOT NULL,
  language TEXT NOT NULL, text_size TEXT NOT NULL, uses BIGINT NOT NULL,
  PRIMARY KEY (kiosk, hour, flow, outcome, ended_at, language, text_size));
CREATE INDEX IF NOT EXISTS flow_counts_by_hour ON flow_counts (hour);
CREATE TABLE IF NOT EXISTS flow_steps (
  day TEXT NOT NULL, flow TEXT NOT NULL, step TEXT NOT NULL, seconds BIGINT NOT NULL, uses BIGINT NOT NULL,
  positions BIGINT NOT NULL, PRIMARY KEY (day, flow, step, seconds));
CREATE TABLE IF NOT EXISTS open_data (
  period TEXT NOT NULL PRIMARY KEY, published_at BIGINT NOT NULL, csv TEXT NOT NULL, edition TEXT NOT NULL);
)sql";
constexpr const char* count_use =
    "INSERT INTO flow_counts (kiosk, hour, flow, outcome, ended_at, language, text_size, uses) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 1) "
    "ON CONFLICT (kiosk, hour, flow, outcome, ended_at, language, text_size) "
    "DO UPDATE SET uses = flow_counts.uses + 1";
constexpr const char* count_step =
    "INSERT INTO flow_steps (day, flow, step, seconds, uses, positions) VALUES (?, ?, ?, ?, 1, ?) "
    "ON CONFLICT (day, flow, step, seconds) DO UPDATE SET uses = flow_steps.uses + 1, "
    "positions = flow_steps.positions + excluded.positions";
constexpr const char* help_lines =
    "SELECT kiosk, topic, language, outcome, began_hour, satisfaction, COUNT(*), "
    "CAST(SUM(minutes) AS BIGINT) FROM help_records WHERE began_hour >= ? AND began_hour < ? "
    "GROUP BY kiosk, topic, language, outcome, began_hour, satisfaction";
constexpr const char* consult_lines =
    "SELECT kiosk, topic, language, outcome, began_hour, lowest, satisfaction, waited_s, COUNT(*), "
    "CAST(SUM(minutes) AS BIGINT) FROM consult_records WHERE began_hour >= ? AND began_hour < ? "
    "GROUP BY kiosk, topic, language, outcome, began_hour, lowest, satisfaction, waited_s, "
    "CASE WHEN minutes > 0 THEN 1 ELSE 0 END";
constexpr const char* deed_lines =
    "SELECT deeds, COUNT(*) FROM consult_notes WHERE day >= ? AND day <= ? AND deeds <> '' "
    "GROUP BY deeds";
constexpr const char* rating_lines =
    "SELECT date, satisfaction, COUNT(*) FROM ratings WHERE date >= ? AND date <= ? "
    "GROUP BY date, satisfaction";
constexpr const char* flow_lines =
    "SELECT kiosk, hour, flow, outcome, ended_at, language, text_size, uses FROM flow_counts "
    "WHERE hour >= ? AND hour < ?";
constexpr const char* step_lines =
    "SELECT flow, step, seconds, CAST(SUM(uses) AS BIGINT), CAST(SUM(positions) AS BIGINT) "
    "FROM flow_steps WHERE day >= ? AND day <= ? GROUP BY flow, step, seconds";
constexpr const char* first_help = "SELECT MIN(began_hour), COUNT(*) FROM help_records";
constexpr const char* first_consult = "SELECT MIN(began_hour), COUNT(*) FROM consult_records";
constexpr const char* first_flow = "SELECT MIN(hour), COUNT(*) FROM flow_counts";
constexpr const char* first_rating = "SELECT MIN(date), COUNT(*) FROM ratings";
constexpr const char* put_edition =
    "INSERT INTO open_data (period, published_at, csv, edition) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (period) DO NOTHING";
constexpr const char* all_periods = "SELECT period FROM open_data ORDER BY period DESC";
constexpr const char* one_csv = "SELECT csv FROM open_data WHERE period = ?";
constexpr const char* one_edition = "SELECT edition FROM open_data WHERE period = ?";

/// All rows of a statement to `take`.
template <class Take, class... Values>
Status each(Database& database, const char* sql, Take take, const Values&... values) {
  auto select = database.prepare(sql);
  if (!select) return select.error();
  (select->bind(values), ...);
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return {};
    take(*select);
  }
}

/// Words of a newer gateway count as the enum's last value would be a lie: such lines are left out.
template <class Enum>
bool read_word(const Statement& row, int column, Enum& out) {
  const auto value = codec::enum_value<Enum>(row.text(column));
  if (value) out = *value;
  return value.has_value();
}

std::string text(const Statement& row) { return row.text(0); }

}  // namespace

Result<Numbers> Numbers::open(Parts parts) {
  if (auto made = make_help_tables(parts.store); !made) return made.error();
  if (auto made = make_consult_tables(parts.store); !made) return made.error();
  if (auto made = numbers::make_class_tables(parts.store); !made) return made.error();
  if (auto made = parts.store.database().script(tables); !made) return made.error();
  auto guide = GuideFigures::open(parts.store.database());
  if (!guide) return guide.error();
  return Numbers(std::move(parts), std::move(*guide));
}

UnixTime Numbers::now() const { return std::chrono::system_clock::to_time_t(parts_.timers.wall()); }

std::string Numbers::today() const { return numbers::date_of(now()); }

Task<Decision> Numbers::flow(Caller caller, FlowReport report) {
  Decision decision;
  if (const std::string wrong = problem_of(report, now()); !wrong.empty()) {
    decision.answer = refusal({api::Refusal::malformed, wrong});
    co_return decision;
  }
  decision.answer = json_answer(200, api::Settled{true});
  decision.write = [kiosk = caller.kiosk, report](Store& store) -> Status {
    Database& database = store.database();
    const auto flow = codec::enum_name(report.flow);
    Status done =
        database.run(count_use, kiosk, report.hour, flow, codec::enum_name(report.outcome),
                     report.ended_at, report.language, codec::enum_name(report.text_size));
    const std::string day = numbers::date_of(report.hour);
    std::int64_t position = 0;
    for (const auto& step : report.steps) {
      if (!done) break;
      done = database.run(count_step, day, flow, step.name, step.seconds, position++);
    }
    return done;
  };
  co_return decision;
}

Status Numbers::read_help(const Days& days, Tally& out) {
  const UnixTime begin = numbers::midnight(days.first);
  const UnixTime end = numbers::midnight(numbers::days_after(days.last, 1));
  Database& database = parts_.store.database();
  const Status helped = each(
      database, help_lines,
      [&](const Statement& row) {
        numbers::HelpLine line;
        line.kiosk = row.text(0);
        line.language = row.text(2);
        line.hour = row.integer(4);
        line.satisfaction = row.integer(5);
        line.count = row.integer(6);
        line.minutes = row.integer(7);
        const bool topic = read_word(row, 1, line.topic);
        if (topic && read_word(row, 3, line.outcome)) out.help.push_back(std::move(line));
      },
      begin, end);
  if (!helped) return helped;
  return each(
      database, rating_lines,
      [&](const Statement& row) {
        out.ratings.push_back({row.text(0), row.integer(1), row.integer(2)});
      },
      days.first, days.last);
}

Status Numbers::read_consults(const Days& days, Tally& out) {
  const UnixTime begin = numbers::midnight(days.first);
  const UnixTime end = numbers::midnight(numbers::days_after(days.last, 1));
  Database& database = parts_.store.database();
  const Status read = each(
      database, consult_lines,
      [&](const Statement& row) {
        numbers::ConsultLine line;
        line.kiosk = row.text(0);
        line.language = row.text(2);
        line.hour = row.integer(4);
        line.satisfaction = row.integer(6);
        line.waited_s = static_cast<std::int32_t>(row.integer(7));
        line.count = row.integer(8);
        line.minutes = row.integer(9);
        const bool topic = read_word(row, 1, line.topic);
        const bool outcome = read_word(row, 3, line.outcome);
        if (topic && outcome && read_word(row, 5, line.lowest))
          out.consults.push_back(std::move(line));
      },
      begin, end);
  if (!read) return read;
  std::map<std::string, std::int64_t> deeds;
  const Status done = each(
      database, deed_lines,
      [&](const Statement& row) {
        std::istringstream said(row.text(0));
        for (std::string deed; said >> deed;) deeds[deed] += row.integer(1);
      },
      days.first, days.last);
  for (const auto& [deed, count] : deeds) out.deeds.push_back({deed, count});
  return done;
}

Status Numbers::read_flows(const Days& days, Tally& out) {
  const UnixTime begin = numbers::midnight(days.first);
  const UnixTime end = numbers::midnight(numbers::days_after(days.last, 1));
  Database& database = parts_.store.database();
  const Status used = each(
      database, flow_lines,
      [&](const Statement& row) {
        numbers::FlowLine line;
        line.kiosk = row.text(0);
        line.hour = row.integer(1);
        line.ended_at = row.text(4);
        line.language = row.text(5);
        line.count = row.integer(7);
        const bool flow = read_word(row, 2, line.flow) && read_word(row, 3, line.outcome);
        if (flow && read_word(row, 6, line.text_size)) out.flows.push_back(std::move(line));
      },
      begin, end);
  if (!used) return used;
  return each(
      database, step_lines,
      [&](const Statement& row) {
        numbers::Flow flow = numbers::Flow::certificate;
        if (!read_word(row, 0, flow)) return;
        numbers::StepTimes& times = out.steps[flow][row.text(1)];
        times.seconds[static_cast<std::int32_t>(row.integer(2))] += row.integer(3);
        times.count += row.integer(3);
        times.positions += row.integer(4);
      },
      days.first, days.last);
}

Result<Tally> Numbers::tally(const Days& days) {
  Tally out;
  if (auto done = read_help(days, out); !done) return done.error();
  if (auto done = read_consults(days, out); !done) return done.error();
  if (auto done = read_flows(days, out); !done) return done.error();
  if (auto done = numbers::read_classes(parts_.store.database(), days, out); !done)
    return done.error();
  return out;
}

Result<std::optional<std::string>> Numbers::first_day() {
  std::optional<std::string> first;
  const auto earlier = [&](const std::string& day) {
    if (!first || day < *first) first = day;
  };
  Database& database = parts_.store.database();
  for (const char* sql : {first_help, first_consult, first_flow}) {
    const auto done = each(database, sql, [&](const Statement& row) {
      if (row.integer(1) > 0) earlier(numbers::date_of(row.integer(0)));
    });
    if (!done) return done.error();
  }
  const auto rated = each(database, first_rating, [&](const Statement& row) {
    if (row.integer(1) > 0) earlier(row.text(0));
  });
  if (!rated) return rated.error();
  return first;
}

Result<std::vector<std::string>> Numbers::periods() {
  std::vector<std::string> out;
  const auto done = each(parts_.store.database(), all_periods,
                         [&](const Statement& row) { out.push_back(row.text(0)); });
  if (!done) return done.error();
  return out;
}

Result<std::optional<std::string>> Numbers::csv(const std::string& period) {
  return parts_.store.database().one(one_csv, text, period);
}

Result<std::optional<Edition>> Numbers::edition(const std::string& period) {
  const auto json = parts_.store.database().one(one_edition, text, period);
  if (!json) return json.error();
  if (!*json) return std::optional<Edition>();
  auto edition = decode<Edition>(as_bytes(**json), Dialect::json);
  if (!edition) return edition.error();
  return std::optional(std::move(*edition));
}

// ---- now and then ----

Status Numbers::tidy() {
  const std::string today = this->today();
  const std::string oldest = numbers::days_after(today, -parts_.policy.kept_days);
  const UnixTime begin = numbers::midnight(oldest);
  Database& database = parts_.store.database();
  Status done = database.run("DELETE FROM flow_counts WHERE hour < ?", begin);
  if (done) done = database.run("DELETE FROM flow_steps WHERE day < ?", oldest);
  if (done) done = database.run("DELETE FROM help_records WHERE began_hour < ?", begin);
  if (done) done = database.run("DELETE FROM consult_records WHERE began_hour < ?", begin);
  if (done) done = database.run("DELETE FROM consult_notes WHERE day < ?", oldest);
  if (done) done = database.run("DELETE FROM ratings WHERE date < ?", oldest);
  if (done) done = numbers::forget_classes(database, begin);
  return done ? publish_due() : done;
}

/// What has ended a while ago and is not out yet, oldest first.
Status Numbers::publish_due() {
  const auto first = first_day();
  if (!first) return first.error();
  if (!*first) return {};
  const auto out = periods();
  if (!out) return out.error();
  const std::string due = numbers::days_after(today(), -days_of_grace);
  for (std::string month = (**first).substr(0, 7);; month = numbers::month_after(month)) {
    const auto days = numbers::days_of(month);
    if (!days || days->last >= due) return {};
    const bool is_out = std::find(out->begin(), out->end(), month) != out->end();
    Status done = is_out ? Status() : publish_month(month);
    const std::string year = numbers::fiscal_year_of(month);
    const bool year_out = std::find(out->begin(), out->end(), year) != out->end();
    const bool year_ended = month.ends_with("-03") && !unsafe_years_.contains(year);
    if (done && year_ended && !year_out) done = publish_year(year);
    if (!done) return done;
  }
}

Status Numbers::publish_month(const std::string& month) {
  const auto counts = tally(*numbers::days_of(month));
  if (!counts) return counts.error();
  const auto made = numbers::edition_of_month(month, *counts, parts_.policy.smallest_count);
  return made ? keep(*made) : Status(made.error());
}

Status Numbers::publish_year(const std::string& fiscal_year) {
  std::vector<Edition> months;
  for (const std::string& month : numbers::months_of_year(fiscal_year)) {
    auto read = edition(month);
    if (!read) return read.error();
    if (*read) months.push_back(std::move(**read));
  }
  const auto counts = tally(*numbers::days_of(fiscal_year));
  if (!counts) return counts.error();
  const auto made =
      numbers::edition_of_year(fiscal_year, months, *counts, parts_.policy.smallest_count);
  if (made) return keep(*made);
  // Better no year than a small count: the months are out and stay as they are.
  unsafe_years_.insert(fiscal_year);
  log_event(Event::gateway_refused, {{"what", fiscal_year + " " + made.error().text()}});
  return {};
}

Status Numbers::keep(const Edition& edition) {
  log_event(Event::gateway_request, {{"request", "publish"}, {"outcome", edition.period}});
  return parts_.store.database().run(put_edition, edition.period, now(),
                                     csv_of(edition, parts_.policy.publisher),
                                     to_json(edition).dump());
}

}  // namespace madoguchi::gateway
