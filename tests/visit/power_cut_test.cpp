// The power is cut at every journal entry of a visit. After recovery nobody has paid without a
// certificate, and no visit is left open.

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

constexpr int more_than_enough = 40;

/// Cuts at entry n; gives false when the visit has no nth entry.
bool cut_and_recover(int n, bool tap_after_cut, void (*prepare)(Rig&)) {
  Rig rig;
  rig.settings.reprint_window = std::chrono::minutes(0);  // nobody waits for the paper
  prepare(rig);
  if (!rig.play_until_append(usual_resident(), n)) return false;
  if (tap_after_cut) rig.terminal.tap_after_power_cut();
  rig.restart_and_recover();
  LONGS_EQUAL_TEXT(0, rig.journal->open_visits()->size(),
                   ("open after a cut at entry " + std::to_string(n)).c_str());
  const bool paper = rig.printer.sheets_out() > 0;
  if (rig.terminal.net_yen() > 0)
    CHECK_TEXT(paper, ("charged without paper, entry " + std::to_string(n)).c_str());
  CHECK_TEXT(rig.terminal.payments_sent <= 1, "paid twice");
  for (const api::Settlement& settled : rig.gateway.settlements) {
    LONGS_EQUAL(rig.terminal.net_yen(), settled.charged_yen);
    CHECK_EQUAL(paper && rig.terminal.net_yen() > 0, settled.outcome == api::Outcome::issued);
  }
  return true;
}

void cut_everywhere(bool tap_after_cut, void (*prepare)(Rig&)) {
  int points = 0;
  while (points < more_than_enough && cut_and_recover(points + 1, tap_after_cut, prepare)) ++points;
  CHECK_TEXT(points >= 5, "the visit wrote fewer entries than expected");
  CHECK_TEXT(points < more_than_enough, "the visit never ends");
}

}  // namespace

TEST_GROUP(power_cut){};

TEST(power_cut, at_every_entry) {
  cut_everywhere(false, [](Rig&) {});
}

TEST(power_cut, and_the_resident_taps_all_the_same) {
  cut_everywhere(true, [](Rig&) {});
}

TEST(power_cut, while_a_failed_print_is_given_back) {
  cut_everywhere(false, [](Rig& rig) { rig.printer.abort_job = true; });
}

TEST(power_cut, while_a_lost_reply_is_asked_for) {
  cut_everywhere(false, [](Rig& rig) { rig.terminal.mode = LedgerTerminal::Mode::lose_reply; });
}

TEST(power_cut, recovery_twice_changes_nothing) {
  Rig rig;
  rig.settings.reprint_window = std::chrono::minutes(0);
  CHECK_TRUE(rig.play_until_append(usual_resident(), 4));
  rig.restart_and_recover();
  const auto net = rig.terminal.net_yen();
  const auto settled = rig.gateway.settlements.size();
  rig.restart_and_recover();
  LONGS_EQUAL(net, rig.terminal.net_yen());
  LONGS_EQUAL(settled, rig.gateway.settlements.size());
}

// Paid, and the power failed before the printer had anything: the paper waits for its card.

TEST_GROUP(paper_owed) {
  Rig rig;

  /// Cuts the power when the charge has become durable, before a sheet comes out.
  void pay_and_cut() {
    CHECK_TRUE(rig.play_until_append(usual_resident(), 4));
    rig.restart_and_recover();
    CHECK_TRUE(rig.recover());
    LONGS_EQUAL(250, rig.terminal.net_yen());
    LONGS_EQUAL(0, rig.printer.sheets_out());
  }
};

TEST(paper_owed, the_same_card_gets_it_without_a_second_fee) {
  pay_and_cut();
  const int payments = rig.terminal.payments_sent;
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL("issued", report.outcome.c_str());
  CHECK_TRUE(rig.front.saw("take_up"));
  CHECK_FALSE(rig.front.last("printing") == nullptr);
  LONGS_EQUAL(payments, rig.terminal.payments_sent);
  LONGS_EQUAL(250, rig.terminal.net_yen());
  LONGS_EQUAL(1, rig.printer.sheets_out());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  CHECK(rig.gateway.settlements.back().outcome == api::Outcome::issued);
}

TEST(paper_owed, another_card_sees_nothing_of_it) {
  pay_and_cut();
  rig.change_card();
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL("issued", report.outcome.c_str());
  CHECK_FALSE(rig.front.saw("take_up"));
  LONGS_EQUAL(500, rig.terminal.net_yen());
  CHECK_TRUE(rig.recover());
}

TEST(paper_owed, nobody_comes_and_the_money_goes_back) {
  pay_and_cut();
  rig.timers.advance(rig.settings.reprint_window);
  CHECK_FALSE(rig.recover());
  LONGS_EQUAL(0, rig.terminal.net_yen());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  CHECK(rig.gateway.settlements.back().outcome == api::Outcome::voided);
}

TEST(paper_owed, a_clock_that_was_set_back_keeps_nobodys_money) {
  pay_and_cut();
  rig.timers.set_wall(rig.timers.wall() - std::chrono::hours(48));
  CHECK_FALSE(rig.recover());
  LONGS_EQUAL(0, rig.terminal.net_yen());
}

TEST(paper_owed, a_printer_in_trouble_keeps_it_owed) {
  pay_and_cut();
  rig.printer.idle_trouble = PrinterTrouble::media_empty;
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL("printer_empty", report.outcome.c_str());
  const Screen* screen = rig.front.last("error.printer_empty");
  STRCMP_EQUAL("money.kept", std::get<Notice>(screen->body).reassurance->key.c_str());
  rig.printer.idle_trouble = PrinterTrouble::none;
  CHECK_TRUE(rig.recover());
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(250, rig.terminal.net_yen());
}

TEST(paper_owed, an_envelope_that_does_not_match_prints_nothing_and_keeps_it_owed) {
  pay_and_cut();
  const auto jobs = rig.printer.jobs.size();
  rig.gateway.change_document = [](api::SealedDocument& document) { document.pdf.back() ^= 1; };
  STRCMP_EQUAL("envelope_refused", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(jobs, rig.printer.jobs.size());
  LONGS_EQUAL(250, rig.terminal.net_yen());
  rig.gateway.change_document = {};
  CHECK_TRUE(rig.recover());
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(250, rig.terminal.net_yen());
}

TEST(paper_owed, a_print_that_fails_then_gives_the_money_back) {
  pay_and_cut();
  rig.printer.abort_job = true;
  STRCMP_EQUAL("print_failed", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(0, rig.terminal.net_yen());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(paper_owed, power_cut_again_at_every_entry_of_the_second_visit) {
  int points = 0;
  for (bool more = true; more; ++points) {
    Rig again;
    CHECK_TRUE(again.play_until_append(usual_resident(), 4));
    again.restart_and_recover();
    CHECK_TRUE(again.recover());
    again.reader.pull();
    more = again.play_until_append(usual_resident(), points + 1);
    again.restart_and_recover();
    again.timers.advance(again.settings.reprint_window);
    (void)again.recover();
    LONGS_EQUAL(0, again.journal->open_visits()->size());
    CHECK_EQUAL(again.terminal.net_yen() > 0, again.printer.sheets_out() > 0);
    LONGS_EQUAL(1, again.terminal.payments_sent);
  }
  CHECK(points >= 5);
}

TEST(power_cut, a_silent_printer_is_asked_until_it_answers_and_the_money_goes_back) {
  Rig rig;
  rig.printer.vanish = true;
  STRCMP_EQUAL("print_unknown", rig.play(usual_resident()).outcome.c_str());
  const Screen* screen = rig.front.last("error.print_unknown");
  STRCMP_EQUAL("money.kept", std::get<Notice>(screen->body).reassurance->key.c_str());
  for (int round = 0; round < 3; ++round) {
    (void)rig.recover();
    LONGS_EQUAL(1, rig.journal->open_visits()->size());
    LONGS_EQUAL(250, rig.terminal.net_yen());
    LONGS_EQUAL(0, rig.gateway.settlements.size());
  }
  rig.settings.reprint_window = std::chrono::minutes(0);
  rig.printer.vanish = false;
  (void)rig.recover();
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  LONGS_EQUAL(0, rig.printer.sheets_out());
  LONGS_EQUAL(0, rig.terminal.net_yen());
  LONGS_EQUAL(1, rig.gateway.settlements.size());  // told once, however long it took
}

TEST(power_cut, paper_of_a_printer_that_fell_silent_is_paid_for) {
  Rig rig;
  rig.printer.vanish = true;
  STRCMP_EQUAL("print_unknown", rig.play(usual_resident()).outcome.c_str());
  rig.printer.jobs.at(0).state = JobState::completed;  // it went on printing, alone
  rig.printer.vanish = false;
  (void)rig.recover();
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  LONGS_EQUAL(250, rig.terminal.net_yen());
  CHECK(rig.gateway.settlements.at(0).outcome == api::Outcome::issued);
}

TEST(power_cut, a_settlement_that_is_refused_becomes_a_ticket) {
  Rig rig;
  rig.gateway.refuse["settle"] = api::Refusal::conflict;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  LONGS_EQUAL(1, rig.gateway.notices.size());
  CHECK(rig.gateway.notices.at(0).concern == api::Concern::settlement_refused);
}

TEST(power_cut, a_gateway_that_is_too_busy_for_the_settlement_is_told_again) {
  Rig rig;
  rig.gateway.refuse["settle"] = api::Refusal::internal;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(1, rig.journal->open_visits()->size());
  LONGS_EQUAL(0, rig.gateway.notices.size());  // nobody has decided anything yet
  (void)rig.recover();
  LONGS_EQUAL(1, rig.journal->open_visits()->size());
  rig.gateway.refuse.clear();
  (void)rig.recover();
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  LONGS_EQUAL(1, rig.gateway.settlements.size());
  CHECK(rig.gateway.settlements.at(0).outcome == api::Outcome::issued);
  LONGS_EQUAL(0, rig.gateway.notices.size());
}
