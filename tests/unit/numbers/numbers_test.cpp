// Counting in the database, publishing once, forgetting in time.

#include "tools/gateway/numbers/numbers.h"

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/run_task.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/consult/consult_records.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/numbers/open_data_page.h"
#include "tools/gateway/numbers/policy.h"

namespace madoguchi::gateway {

using madoguchi::numbers::FlowReport;

namespace {

std::chrono::system_clock::time_point noon(const std::string& day) {
  return std::chrono::system_clock::from_time_t(numbers::midnight(day) + 12 * 3600);
}

template <class T>
T good(Result<T> result) {
  if (!result) FAIL(result.error().text().c_str());
  return std::move(*result);
}

}  // namespace

TEST_GROUP(Numbers) {
  asio::io_context loop;
  OwnFolder directory;
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'273'200)};
  std::optional<Store> store;
  std::optional<Numbers> numbers;

  void setup() override {
    CHECK(set_time_zone("Asia/Tokyo").ok());
    timers.set_wall(noon("2026-11-22"));
    store.emplace(good(Store::open(fresh_database(directory.path("gateway.sqlite")))));
    NumbersPolicy policy;
    policy.publisher = {"272035", "大阪府", "豊中市"};
    numbers.emplace(good(Numbers::open({*store, timers, policy})));
  }
  FlowReport report() {
    FlowReport out;
    out.outcome = madoguchi::numbers::FlowOutcome::cancelled;
    out.ended_at = "pin";
    out.language = "ja";
    out.hour = numbers::midnight("2026-11-22") + 9 * 3600;
    out.steps = {{"place_card", 5}, {"pin", 30}};
    return out;
  }
  int send(const FlowReport& what) {
    const Decision decision = run_task(loop, numbers->flow({"kiosk-001", ""}, what));
    if (decision.write) CHECK(decision.write(*store).ok());
    return decision.answer.status;
  }
  std::int64_t ask(const char* sql) {
    return *good(store->database().one(sql, [](const Statement& row) { return row.integer(0); }));
  }
  Answer get(const std::string& target, const std::string& method = "GET") {
    OpenDataPage page(*numbers);
    Request request;
    request.method = method;
    request.target = target;
    return page.handle(request);
  }
};

TEST(Numbers, alike_uses_are_one_row) {
  for (int i = 0; i < 3; ++i) LONGS_EQUAL(200, send(report()));
  LONGS_EQUAL(1, ask("SELECT COUNT(*) FROM flow_counts"));
  LONGS_EQUAL(3, ask("SELECT uses FROM flow_counts"));
  LONGS_EQUAL(2, ask("SELECT COUNT(*) FROM flow_steps"));
  LONGS_EQUAL(3, ask("SELECT positions FROM flow_steps WHERE step = 'pin'"));
  const auto tally = good(numbers->tally({"2026-11-22", "2026-11-22"}));
  LONGS_EQUAL(3, tally.flows.front().count);
  LONGS_EQUAL(3, tally.steps.at(numbers::Flow::certificate).at("pin").seconds.at(30));
  CHECK(good(numbers->tally({"2026-11-21", "2026-11-21"})).flows.empty());
  CHECK(good(numbers->first_day()) == "2026-11-22");
}

TEST(Numbers, impossible_reports_change_nothing) {
  const auto refused = [&](const std::function<void(FlowReport&)>& change) {
    FlowReport wrong = report();
    change(wrong);
    LONGS_EQUAL(400, send(wrong));
  };
  refused([](FlowReport& wrong) { wrong.hour += 1; });
  refused([](FlowReport& wrong) { wrong.hour += 24 * 3600; });
  refused([](FlowReport& wrong) { wrong.hour = -3600; });
  refused([](FlowReport& wrong) { wrong.steps.clear(); });
  refused([](FlowReport& wrong) { wrong.ended_at = "kind"; });
  refused([](FlowReport& wrong) { wrong.ended_at.clear(); });
  refused([](FlowReport& wrong) { wrong.outcome = madoguchi::numbers::FlowOutcome::finished; });
  refused([](FlowReport& wrong) { wrong.steps[0].seconds = 7; });
  refused([](FlowReport& wrong) { wrong.steps[0].seconds = 605; });
  refused([](FlowReport& wrong) { wrong.steps[0].name = "=1+1"; });
  refused([](FlowReport& wrong) { wrong.steps[0].name = "pin"; });
  refused([](FlowReport& wrong) { wrong.language = "日本"; });
  refused([](FlowReport& wrong) { wrong.steps.resize(65, {"a", 5}); });
  LONGS_EQUAL(0, ask("SELECT COUNT(*) FROM flow_counts"));
}

TEST(Numbers, a_month_is_published_once_and_not_changed) {
  timers.set_wall(noon("2026-10-15"));
  FlowReport in_october = report();
  in_october.hour = numbers::midnight("2026-10-15") + 9 * 3600;
  for (int i = 0; i < 12; ++i) send(in_october);
  timers.set_wall(noon("2026-11-07"));
  CHECK(numbers->tidy().ok());
  CHECK(good(numbers->periods()).empty());
  LONGS_EQUAL(404, get("/opendata/kiosk_use.csv").status);
  timers.set_wall(noon("2026-11-08"));
  CHECK(numbers->tidy().ok());
  CHECK(good(numbers->periods()) == std::vector<std::string>{"2026-10"});
  const Answer first = get("/opendata/kiosk_use.csv");
  LONGS_EQUAL(200, first.status);
  send(in_october);  // a kiosk that was cut off for long
  timers.set_wall(noon("2026-11-20"));
  CHECK(numbers->tidy().ok());
  CHECK(get("/opendata/kiosk_use.csv?period=2026-10").body == first.body);
  CHECK(std::string(as_text(first.body)).find(",12,") != std::string::npos);
}

TEST(Numbers, a_fiscal_year_follows_its_march) {
  timers.set_wall(noon("2026-06-01"));
  FlowReport in_june = report();
  in_june.hour = numbers::midnight("2026-06-01") + 9 * 3600;
  for (int i = 0; i < 40; ++i) send(in_june);
  timers.set_wall(noon("2027-04-08"));
  CHECK(numbers->tidy().ok());
  const auto periods = good(numbers->periods());
  LONGS_EQUAL(11, periods.size());  // June to March, and the year
  STRCMP_EQUAL("fy2026", periods.front().c_str());
  const Answer year = get("/opendata/kiosk_use.csv?period=fy2026");
  LONGS_EQUAL(200, year.status);
  STRCMP_EQUAL("text/csv; charset=utf-8", year.content_type.c_str());
  STRCMP_EQUAL("attachment; filename=\"kiosk_use_fy2026.csv\"",
               year.headers.at("Content-Disposition").c_str());
  // The newest month, not the year, is what stands there without a period.
  CHECK(get("/opendata/kiosk_use.csv").body == get("/opendata/kiosk_use.csv?period=2027-03").body);
  const std::string text(as_text(get("/opendata/kiosk_use.txt").body));
  CHECK(text.find("period=fy2026") != std::string::npos);
}

TEST(Numbers, public_page_answers_what_is_published_only) {
  for (const char* target :
       {"/opendata/", "/opendata/kiosk_use.csv?period=2026-11",
        "/opendata/kiosk_use.csv?period=", "/opendata/kiosk_use.csv?x=1",
        "/opendata/../gateway.toml", "/opendata/kiosk_use.csv?period=2026-10'--"})
    LONGS_EQUAL_TEXT(404, get(target).status, target);
  LONGS_EQUAL(405, get("/opendata/kiosk_use.csv", "POST").status);
}

TEST(Numbers, consultations_are_counted_from_their_records) {
  consult::Record record;
  record.topic = consult::Topic::lawyer;
  record.language = "en";
  record.outcome = consult::Outcome::partly;
  record.waited_s = 65;
  record.minutes = 20;
  record.began_at = report().hour + 600;
  record.lowest = consult::Rung::audio;
  record.satisfaction = 4;
  CHECK(add_consult_record(*store, "kiosk-001", record).ok());
  CHECK(add_consult_record(*store, "kiosk-001", record).ok());
  record.minutes = 0;
  CHECK(add_consult_record(*store, "kiosk-001", record).ok());
  const ConsultNote note{
      record.topic, "en", record.outcome, {Deed::explained, Deed::interpreted}, ""};
  CHECK(add_consult_note(*store, note, record.began_at).ok());
  CHECK(good(numbers->first_day()).has_value());
  const std::string day = numbers::date_of(record.began_at);
  const auto tally = good(numbers->tally({day, day}));
  LONGS_EQUAL(2, tally.consults.size());  // what was answered, and what was not
  std::int64_t talks = 0;
  for (const auto& line : tally.consults) {
    CHECK(line.topic == consult::Topic::lawyer && line.lowest == consult::Rung::audio);
    if (!line.is_talk()) continue;
    talks += line.count;
    LONGS_EQUAL(40, line.minutes);
    LONGS_EQUAL(65, line.waited_s);
  }
  LONGS_EQUAL(2, talks);
  LONGS_EQUAL(2, tally.deeds.size());
}

TEST(Numbers, counts_are_forgotten_in_time) {
  send(report());
  consult::Record talk;
  talk.language = "ja";
  talk.began_at = report().hour;
  CHECK(add_consult_record(*store, "kiosk-001", talk).ok());
  CHECK(store->database()
            .run("INSERT INTO help_records (kiosk, topic, language, outcome, minutes, began_hour, "
                 "satisfaction) VALUES ('kiosk-001', 'fraud', 'ja', 'solved', 5, ?, 4)",
                 report().hour)
            .ok());
  CHECK(store->add_rating("kiosk-001", "2026-11-22", 4).ok());
  timers.set_wall(noon(numbers::days_after("2026-11-22", 1096)));
  CHECK(numbers->tidy().ok());
  LONGS_EQUAL(1, ask("SELECT COUNT(*) FROM flow_counts"));
  timers.set_wall(noon(numbers::days_after("2026-11-22", 1097)));
  CHECK(numbers->tidy().ok());
  for (const char* table : {"SELECT COUNT(*) FROM flow_counts", "SELECT COUNT(*) FROM flow_steps",
                            "SELECT COUNT(*) FROM help_records", "SELECT COUNT(*) FROM ratings",
                            "SELECT COUNT(*) FROM consult_records"})
    LONGS_EQUAL_TEXT(0, ask(table), table);
}

TEST(Numbers, options) {
  Options options;
  const auto policy = good(numbers_policy(options, "豊中市"));
  LONGS_EQUAL(10, policy.smallest_count);
  CHECK_FALSE(policy.satisfaction_target.has_value());
  const auto wrong = [&](std::string Options::* option, const char* value, const char* name) {
    Options changed;
    changed.*option = value;
    const auto read = numbers_policy(changed, "豊中市");
    CHECK_FALSE_TEXT(read.ok(), name);
    STRCMP_EQUAL(name, read.error().where.c_str());
  };
  for (const char* count : {"2", "0", "-1", "", "ten", "10x", "99999999999999999999"})
    wrong(&Options::smallest_count, count, "--smallest-count");
  wrong(&Options::numbers_days, "399", "--numbers-days");
  wrong(&Options::municipal_code, "272034", "--municipal-code");
  wrong(&Options::satisfaction_target, "101", "--satisfaction-target");
  options.smallest_count = "3";
  options.satisfaction_target = "80";
  LONGS_EQUAL(80, *good(numbers_policy(options, "豊中市")).satisfaction_target);
}

}  // namespace madoguchi::gateway
