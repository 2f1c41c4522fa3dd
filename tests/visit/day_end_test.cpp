// Closing time: journal, terminal and city against each other, once a day, and once only.
#include "firmware/visit/day_end.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/payment/day_report.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

TEST_GROUP(day_end) {
  Rig rig;  // 03:00 UTC; the hours of around the clock end at midnight
  std::optional<visit::Desk> desk;
  std::unique_ptr<visit::DayEnd> day_end;
  std::string folder = rig.directory() + "/day-end";

  void setup() override {
    rig.settings.day_end_dir = folder;
    restart();
    run_day_end();  // the journal's first day begins
  }
  void restart() {
    desk.emplace(rig.desk());
    day_end = std::make_unique<visit::DayEnd>(*desk);
  }
  void run_day_end() { rig.run(day_end->run_when_due()); }
  void next_midnight() {
    rig.timers.set_wall(std::chrono::ceil<std::chrono::days>(rig.timers.wall()) + 1min);
    rig.timers.advance(10min);
  }
  payment::DayReport report(const std::string& date) {
    const auto file = read_file(folder + "/" + date + ".json");
    if (!file) FAIL(file.error().text().c_str());
    return *decode<payment::DayReport>(*file, Dialect::json);
  }
  bool written(const std::string& date) { return read_file(folder + "/" + date + ".txt").ok(); }
};

TEST(day_end, nothing_before_closing_time) {
  rig.play(usual_resident());
  run_day_end();
  CHECK(!written("2026-11-20"));
  LONGS_EQUAL(0, rig.terminal.periods_closed);
}

TEST(day_end, agreement_once_a_day_whatever_restarts) {
  rig.play(usual_resident());
  next_midnight();
  run_day_end();
  const auto first = report("2026-11-20");
  CHECK(first.agrees());
  LONGS_EQUAL(1, first.sales);
  LONGS_EQUAL(250, first.kiosk_yen);
  LONGS_EQUAL(250, *first.terminal_yen);
  LONGS_EQUAL(250, *first.gateway_yen);
  CHECK(!rig.faults.stands("reconciliation"));
  LONGS_EQUAL(1, rig.terminal.periods_closed);
  run_day_end();
  restart();
  run_day_end();
  LONGS_EQUAL(1, rig.terminal.periods_closed);
  CHECK(rig.journal->open_visits()->empty());
}

TEST(day_end, the_next_day_starts_from_nothing) {
  rig.play(usual_resident());
  next_midnight();
  run_day_end();
  rig.reader.pull();
  rig.play(usual_resident());
  next_midnight();
  restart();
  // The gateway tells a day and ten minutes; here all of it.
  rig.gateway.change_settlements = [](api::Settlements& told) {
    told.settlements.erase(told.settlements.begin());
  };
  run_day_end();
  const auto second = report("2026-11-21");
  CHECK_TEXT(second.agrees(), payment::report_text(second, "ja").c_str());
  LONGS_EQUAL(1, second.sales);
  LONGS_EQUAL(250, second.kiosk_yen);
}

TEST(day_end, a_period_that_was_not_ended_holds_both_days) {
  rig.terminal.lose_close = true;
  rig.play(usual_resident());
  next_midnight();
  run_day_end();
  CHECK(report("2026-11-20").agrees());
  next_midnight();
  rig.gateway.change_settlements = [](api::Settlements& told) { told.settlements.clear(); };
  run_day_end();
  const auto second = report("2026-11-21");
  CHECK_TEXT(second.agrees(), payment::report_text(second, "ja").c_str());
  LONGS_EQUAL(250, second.kiosk_yen);
}

TEST(day_end, a_sale_that_the_kiosk_does_not_know_raises_the_fault) {
  rig.terminal.book_by_hand(1000);
  next_midnight();
  run_day_end();
  const auto found = report("2026-11-20");
  LONGS_EQUAL(1, found.findings.size());
  CHECK(found.findings[0].what == payment::Disagreement::sums_differ);
  LONGS_EQUAL(1000, *found.findings[0].terminal_yen);
  CHECK(rig.faults.stands("reconciliation"));
  STRCMP_EQUAL("mismatch", rig.faults.standing().back().code.c_str());
  next_midnight();
  run_day_end();
  CHECK(!rig.faults.stands("reconciliation"));
}

TEST(day_end, the_city_has_another_amount) {
  rig.play(usual_resident());
  rig.gateway.change_settlements = [](api::Settlements& told) {
    told.settlements[0].charged_yen = 200;
  };
  next_midnight();
  run_day_end();
  CHECK(report("2026-11-20").findings[0].what == payment::Disagreement::gateway_differs);
}

TEST(day_end, unresolved_sale_is_named_with_its_owner_and_what_the_terminal_says) {
  rig.terminal.mode = LedgerTerminal::Mode::lose_reply;
  rig.terminal.status_dead = true;
  rig.play(usual_resident());
  rig.terminal.status_dead = false;
  next_midnight();
  run_day_end();
  const auto found = report("2026-11-20");
  LONGS_EQUAL(1, found.findings.size());
  CHECK(found.findings[0].what == payment::Disagreement::unresolved);
  LONGS_EQUAL(250, *found.findings[0].terminal_yen);
  CHECK(!found.findings[0].service_id.empty());
}

TEST(day_end, terminal_gone_is_tried_again_and_then_said) {
  rig.play(usual_resident());
  rig.terminal.mode = LedgerTerminal::Mode::gone;
  next_midnight();
  for (int i = 0; i < 5; ++i) {
    run_day_end();
    CHECK(!written("2026-11-20"));
    rig.timers.advance(5min);
  }
  run_day_end();
  CHECK(report("2026-11-20").findings[0].what == payment::Disagreement::no_terminal);
  CHECK(rig.faults.stands("reconciliation"));
  STRCMP_EQUAL("incomplete", rig.faults.standing().back().code.c_str());
}
