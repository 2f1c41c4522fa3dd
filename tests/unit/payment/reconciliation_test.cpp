// Three ledgers against each other: each kind of disagreement, and what the clerk reads.
#include "firmware/payment/reconciliation.h"

#include <CppUTest/TestHarness.h>

#include "firmware/payment/day_report.h"
#include "firmware/payment/staff_words.h"

using namespace madoguchi;
using namespace madoguchi::payment;

namespace {

DaySale sale(const char* document, State state, std::int64_t booked,
             std::optional<std::int64_t> terminal) {
  DaySale out;
  out.document = document;
  out.charge.state = state;
  out.charge.payment_service_id = std::string("S-") + document;
  out.charge.amount_yen = 300;
  out.charge.booked_yen = booked;
  out.charge.brand = "WAON";
  out.terminal_yen = terminal;
  return out;
}

}  // namespace

TEST_GROUP(reconciliation) {
  DayLedgers day;

  /// One sale of each kind on which all three agree.
  void setup() override {
    day.sales = {sale("D1", State::charged, 300, 300), sale("D2", State::reversed, 300, 0),
                 sale("D3", State::not_charged, 0, 0), DaySale{"D4", {}, true, {}}};
    day.kiosk = {"", 2, 600, 1, 300};
    day.terminal = TerminalTotals{"1000", 2, 600, 1, 300};
    day.settlements = {{{"D1", false, 300}, {"D2", false, 0}, {"D3", false, 0}, {"D4", false, 0}}};
  }
  /// The one finding.
  Finding finding(Disagreement what) {
    const DayReport report = reconcile(day);
    LONGS_EQUAL(1, report.findings.size());
    CHECK_TEXT(report.findings[0].what == what,
               std::string(codec::enum_name(report.findings[0].what)).c_str());
    CHECK(!report.findings[0].todo.empty());
    CHECK(!report.agrees());
    return report.findings[0];
  }
};

TEST(reconciliation, agreement) {
  const DayReport report = reconcile(day);
  CHECK(report.agrees());
  LONGS_EQUAL(3, report.sales);
  LONGS_EQUAL(300, report.kiosk_yen);
  LONGS_EQUAL(300, *report.terminal_yen);
  LONGS_EQUAL(300, *report.gateway_yen);
  STRCMP_CONTAINS("一致（確認が必要なものはありません。）", report_text(report, "ja").c_str());
  STRCMP_CONTAINS("All three ledgers agree.", report_text(report, "en").c_str());
}

TEST(reconciliation, a_day_without_sales) {
  day = {};
  day.terminal = TerminalTotals{};
  day.settlements = std::vector<DaySettlement>();
  CHECK(reconcile(day).agrees());
}

TEST(reconciliation, terminal_booked_what_the_kiosk_calls_not_charged) {
  day.sales[2].terminal_yen = 300;
  day.terminal->payments = 3;
  day.terminal->payments_yen = 900;
  const Finding found = finding(Disagreement::terminal_differs);
  STRCMP_EQUAL("D3", found.document.c_str());
  STRCMP_EQUAL("S-D3", found.service_id.c_str());
  LONGS_EQUAL(0, *found.kiosk_yen);
  LONGS_EQUAL(300, *found.terminal_yen);
  LONGS_EQUAL(0, *found.gateway_yen);
  CHECK(found.owner == Owner::accounting);
}

TEST(reconciliation, terminal_says_nothing_of_a_sale) {
  day.sales[0].terminal_yen.reset();
  finding(Disagreement::terminal_silent);
}

TEST(reconciliation, city_has_another_amount) {
  day.settlements->at(0).yen = 200;
  LONGS_EQUAL(200, *finding(Disagreement::gateway_differs).gateway_yen);
}

TEST(reconciliation, city_calls_it_unresolved) {
  day.settlements->at(0).unresolved = true;
  CHECK(!finding(Disagreement::gateway_differs).gateway_yen);
}

TEST(reconciliation, city_has_settled_it_since) {
  day.settlements->at(0).unresolved = true;
  day.settlements->push_back({"D1", false, 300});
  CHECK(reconcile(day).agrees());
}

TEST(reconciliation, city_does_not_have_it) {
  day.settlements->erase(day.settlements->begin());
  STRCMP_EQUAL("D1", finding(Disagreement::gateway_missing).document.c_str());
}

TEST(reconciliation, only_the_city_has_it) {
  day.settlements->push_back({"D9", false, 300});
  STRCMP_EQUAL("D9", finding(Disagreement::kiosk_missing).document.c_str());
  // Unless it may be of the day before.
  day.settlements->back().of_this_period = false;
  CHECK(reconcile(day).agrees());
}

TEST(reconciliation, sums_differ_and_no_sale_explains_it) {
  day.terminal->payments = 3;
  day.terminal->payments_yen = 900;
  const Finding found = finding(Disagreement::sums_differ);
  LONGS_EQUAL(300, *found.kiosk_yen);
  LONGS_EQUAL(600, *found.terminal_yen);
  // The same sum by other sales is no agreement.
  day.terminal = TerminalTotals{"1000", 1, 300, 0, 0};
  finding(Disagreement::sums_differ);
}

TEST(reconciliation, unresolved_goes_to_its_owner_and_explains_the_sums) {
  DaySale unresolved = sale("D5", State::unresolved, 0, 300);
  unresolved.charge.why_unresolved = Unresolved::payment_unknown;
  day.sales.push_back(unresolved);
  day.settlements->push_back({"D5", true, 0});
  day.terminal->payments = 3;
  day.terminal->payments_yen = 900;
  const Finding found = finding(Disagreement::unresolved);
  CHECK(found.owner == Owner::window_staff);
  CHECK(!found.kiosk_yen && !found.gateway_yen);
  LONGS_EQUAL(300, *found.terminal_yen);
}

TEST(reconciliation, an_open_visit_is_not_compared) {
  day.sales.push_back(sale("D6", State::checking, 0, {}));
  day.sales.back().ended = false;
  CHECK(reconcile(day).agrees());
}

TEST(reconciliation, nobody_to_compare_with) {
  day.terminal.reset();
  for (DaySale& each : day.sales) each.terminal_yen.reset();
  finding(Disagreement::no_terminal);
  day.settlements.reset();
  LONGS_EQUAL(2, reconcile(day).findings.size());
}

TEST(reconciliation, sold_and_corrected_later_is_told_and_no_disagreement) {
  day.sales[0].charge.interrupted_tap = InterruptedTap::sold_and_corrected_later;
  const DayReport report = reconcile(day);
  CHECK(report.agrees());
  LONGS_EQUAL(1, report.corrected_later.size());
  STRCMP_CONTAINS("後日残高を訂正", report_text(report, "ja").c_str());
}

TEST(reconciliation, every_kind_has_words) {
  const auto told = [](const std::string& key) {
    for (const char* language : {"ja", "en"})
      CHECK_TEXT(staff_words(language, key) != key, key.c_str());
  };
  for (const auto& [what, name] : enum_names(Disagreement{})) {
    told("finding." + std::string(name));
    // What to do about an unresolved sale depends on why it is.
    if (what != Disagreement::unresolved) told("todo." + std::string(name));
  }
  for (const auto& [why, name] : enum_names(Unresolved{})) told("todo." + std::string(name));
  for (const auto& [owner, name] : enum_names(Owner{})) told("owner." + std::string(name));
  STRCMP_EQUAL("no.such.key", staff_words("ja", "no.such.key").c_str());
}

TEST(reconciliation, what_a_clerk_reads) {
  day.sales[2].terminal_yen = 12300;
  day.settlements->erase(day.settlements->begin());
  day.sales[0].charge.interrupted_tap = InterruptedTap::sold_and_corrected_later;
  DayReport report = reconcile(day);
  report.kiosk = "kiosk-001";
  report.date = "2026-11-22";
  const std::string ja = report_text(report, "ja");
  for (const char* part :
       {"対象日            2026年11月22日（日）\n", "キオスク          kiosk-001\n",
        "照合結果          要確認（2件）\n",
        "  キオスクの記録           2件     600円       1件     300円     300円\n",
        "  市の台帳                            －                  －       0円\n",
        "  1. 市の台帳に記録がありません\n     証明書番号        D1\n",
        "     市の台帳          記録なし\n", "  2. 決済端末と金額が違います\n",
        "     決済の番号        S-D3\n     支払い方法        WAON\n"
        "     キオスクの記録    0円\n     決済端末          12,300円\n"
        "     市の台帳          0円\n     担当              会計担当\n"}) {
    STRCMP_CONTAINS(part, ja.c_str());
  }
  const std::string en = report_text(report, "en");
  for (const char* part :
       {"Day               Sunday, 2026-11-22\n", "To be looked at: 2\n",
        "  Kiosk                      2      ¥600         1      ¥300      ¥300\n",
        "  2. The payment terminal has another amount\n", "Who               Accounting\n"}) {
    STRCMP_CONTAINS(part, en.c_str());
  }
  // Every word was found.
  for (const std::string& text : {ja, en}) {
    for (const char* area : {"day_end.", "label.", "todo.", "finding.", "amount.", "owner.", "{"})
      CHECK_TEXT(text.find(area) == std::string::npos, text.c_str());
  }
  const auto again = decode<DayReport>(encode(report, Dialect::json), Dialect::json);
  CHECK(again.ok());
  LONGS_EQUAL(2, again->findings.size());
  LONGS_EQUAL(600, again->kiosk_sums.payments_yen);
}
