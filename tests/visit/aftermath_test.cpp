// After a power cut the resident who still stands there is told what became of money and paper: by
// the screens between visits and by a slip, and both say what the terminal and the printer know.

#include "firmware/visit/aftermath.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"
#include "tests/visit/slip_roll.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using visit::Became;

namespace {

constexpr int charged = 4;  // the entry of the journal that says so

std::string lead_of(const Screen& screen) {
  return screen.lead.empty() ? "" : screen.lead.back().key;
}

bool advises(const Slip& slip, const char* key) {
  return std::any_of(slip.advice.begin(), slip.advice.end(),
                     [&](const Text& line) { return line.key == key; });
}

/// What terminal and printer say that it came to.
Became witnessed(const Rig& rig) {
  if (rig.terminal.net_yen() > 0) {
    return rig.printer.sheets_out() > 0 ? Became::paper_out : Became::paper_kept;
  }
  return rig.terminal.reversals_sent > 0 ? Became::given_back : Became::nothing_moved;
}

const char* money_of(Became became) {
  switch (became) {
    case Became::nothing_moved:
      return "slip.money.not_moved";
    case Became::given_back:
      return "slip.money.given_back";
    case Became::unresolved:
      return "slip.money.checking";
    default:
      return "slip.money.moved";
  }
}

Resident in_english() {
  Resident resident = usual_resident();
  resident["place_card"] = {"language.en", "#insert"};
  return resident;
}

/// Cuts at entry n, recovers, and holds what is said against the books. False: no nth entry.
bool cut_and_told(int n, std::chrono::minutes window, bool tap_after_cut, void (*prepare)(Rig&)) {
  Rig rig;
  SlipRoll roll{rig.timers};
  rig.receipt_printer = &roll;
  rig.typesetter = &roll;
  rig.settings.reprint_window = window;
  prepare(rig);
  if (!rig.play_until_append(usual_resident(), n)) return false;
  if (tap_after_cut) rig.terminal.tap_after_power_cut();
  const bool was_open = !rig.journal->open_visits()->empty();
  rig.restart_and_recover();
  const std::string where = "after a cut at entry " + std::to_string(n);
  LONGS_EQUAL_TEXT(was_open ? 1 : 0, rig.recovered.aftermaths.size(), where.c_str());
  const Became became = witnessed(rig);
  if (was_open) {
    const visit::Aftermath& told = rig.recovered.aftermaths[0];
    CHECK_TRUE_TEXT(told.became == became, where.c_str());
    if (became != Became::nothing_moved) LONGS_EQUAL_TEXT(250, told.yen, where.c_str());
  }
  if (became != Became::nothing_moved) {
    CHECK_TRUE_TEXT(!roll.printed.empty(), where.c_str());
    STRCMP_EQUAL_TEXT(money_of(became), roll.printed.back().money.key.c_str(), where.c_str());
  }
  const std::size_t slips = roll.printed.size();
  rig.restart_and_recover();  // another cut: the same is not printed again
  LONGS_EQUAL_TEXT(slips, roll.printed.size(), where.c_str());
  return true;
}

void told_everywhere(std::chrono::minutes window, bool tap_after_cut, void (*prepare)(Rig&)) {
  int points = 0;
  while (points < 40 && cut_and_told(points + 1, window, tap_after_cut, prepare)) ++points;
  CHECK(points >= 6 && points < 40);
}

}  // namespace

TEST_GROUP(power_cut_told){};

TEST(power_cut_told, at_every_entry_is_told_as_the_books_say) {
  told_everywhere(10min, false, [](Rig&) {});
}

TEST(power_cut_told, at_every_entry_when_nobody_keeps_the_paper) {
  told_everywhere(0min, false, [](Rig&) {});
}

TEST(power_cut_told, and_the_resident_taps_all_the_same) {
  told_everywhere(10min, true, [](Rig&) {});
}

TEST(power_cut_told, while_a_failed_print_is_given_back) {
  told_everywhere(10min, false, [](Rig& rig) { rig.printer.abort_job = true; });
}

TEST(power_cut_told, while_a_lost_reply_is_asked_for) {
  told_everywhere(10min, false,
                  [](Rig& rig) { rig.terminal.mode = LedgerTerminal::Mode::lose_reply; });
}

TEST_GROUP(aftermath) {
  Rig rig;
  SlipRoll roll{rig.timers};
  void setup() override {
    rig.receipt_printer = &roll;
    rig.typesetter = &roll;
  }

  /// The kiosk's next life, at the reception, until it says what became of the visit.
  void restart_at_reception() {
    rig.restart();
    Resident nobody;
    rig.play_at_reception(nobody, [&] { return rig.front.now.name == "welcome"; });
  }
};

TEST(aftermath, power_cut_after_payment_is_told_in_the_visits_language) {
  CHECK_TRUE(rig.play_until_append(in_english(), charged));
  restart_at_reception();
  STRCMP_EQUAL("aftermath.paper_kept", lead_of(rig.front.now).c_str());
  STRCMP_EQUAL("en", rig.front.now.language.c_str());
  STRCMP_EQUAL("10", rig.front.now.lead.back().args.at("minutes").c_str());
  CHECK_TRUE(rig.front.saw("recovering"));
  LONGS_EQUAL(1, roll.printed.size());
  STRCMP_EQUAL("en", roll.printed[0].language.c_str());
  CHECK_TRUE(roll.printed[0].for_staff.has_value());
  CHECK_TRUE(advises(roll.printed[0], "slip.advice.paper_kept"));
}

TEST(aftermath, power_cut_then_the_paper_comes_and_the_slip_is_the_ordinary_one) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  rig.restart_and_recover();
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(2, roll.printed.size());
  CHECK_FALSE(advises(roll.printed[1], "slip.advice.paper_kept"));
  LONGS_EQUAL(250, rig.terminal.net_yen());
}

TEST(aftermath, power_cut_between_slip_and_record_prints_the_same_again) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  rig.cut = [&] { return !roll.printed.empty(); };
  rig.restart_and_recover();
  rig.cut = {};
  LONGS_EQUAL(1, roll.printed.size());
  rig.restart_and_recover();
  LONGS_EQUAL(2, roll.printed.size());
  CHECK_TRUE(roll.printed[0].money == roll.printed[1].money);
  CHECK_TRUE(roll.printed[0].code == roll.printed[1].code);
  rig.restart_and_recover();
  LONGS_EQUAL(2, roll.printed.size());
}

TEST(aftermath, printer_silent_then_money_back_has_a_second_slip_that_says_so) {
  rig.printer.vanish = true;
  STRCMP_EQUAL("print_unknown", rig.play(usual_resident()).outcome.c_str());
  CHECK_TRUE(rig.journal_text().find(R"("concern":"paper_unknown")") != std::string::npos);
  LONGS_EQUAL(1, roll.printed.size());
  STRCMP_EQUAL("slip.money.moved", roll.printed[0].money.key.c_str());
  CHECK_TRUE(advises(roll.printed[0], "slip.advice.paper_unknown"));
  rig.settings.reprint_window = 0min;
  rig.restart_and_recover();
  LONGS_EQUAL(0, rig.recovered.aftermaths.size());  // the resident knows that much
  LONGS_EQUAL(1, roll.printed.size());
  rig.printer.vanish = false;
  rig.restart_and_recover();
  CHECK_TRUE(rig.recovered.aftermaths.at(0).became == Became::given_back);
  LONGS_EQUAL(2, roll.printed.size());
  STRCMP_EQUAL("slip.money.given_back", roll.printed[1].money.key.c_str());
}

TEST(aftermath, printer_silent_after_the_cut_is_being_checked) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged + 2));
  rig.printer.vanish = true;
  rig.restart_and_recover();
  CHECK_TRUE(rig.recovered.aftermaths.at(0).became == Became::paper_unknown);
  LONGS_EQUAL(1, roll.printed.size());
  CHECK_TRUE(advises(roll.printed[0], "slip.advice.paper_unknown"));
}

TEST(aftermath, terminal_silent_after_the_cut_is_a_reference_for_the_counter) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged - 1));
  rig.terminal.status_dead = true;
  restart_at_reception();
  CHECK_TRUE(rig.front.saw("recovering"));
  STRCMP_EQUAL("aftermath.unresolved", lead_of(rig.front.now).c_str());
  LONGS_EQUAL(1, roll.printed.size());
  STRCMP_EQUAL("slip.money.checking", roll.printed[0].money.key.c_str());
  const std::string ticket = rig.front.now.lead.back().args.at("ticket");
  CHECK_TRUE(!ticket.empty() && roll.printed[0].code.find(ticket) != std::string::npos);
}

TEST(aftermath, paper_end_of_the_slips_is_made_up_for_while_the_paper_is_kept) {
  roll.now = ReceiptPrinterState::paper_end;
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  rig.restart_and_recover();
  LONGS_EQUAL(0, roll.printed.size());
  roll.now = ReceiptPrinterState::ready;
  CHECK_TRUE(rig.recover());
  LONGS_EQUAL(1, roll.printed.size());
}

TEST(aftermath, a_slip_that_outlasts_the_window_leaves_the_money_to_the_next_round) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  roll.typesetter_hangs = true;
  rig.restart_and_recover();
  rig.timers.advance(rig.settings.reprint_window - 7s);
  CHECK_FALSE(rig.recover());  // kept when the slip began, over when it ended
  LONGS_EQUAL(0, rig.gateway.settlements.size());
  CHECK_FALSE(rig.recover());
  LONGS_EQUAL(0, rig.terminal.net_yen());
  CHECK(rig.gateway.settlements.back().outcome == api::Outcome::voided);
  LONGS_EQUAL(0, rig.gateway.settlements.back().charged_yen);
}

TEST(aftermath, power_cut_on_the_last_screens_is_told_too) {
  Resident resident = usual_resident();
  resident["take"] = {"#pull"};
  rig.cut = [&] { return rig.front.now.name == "take" && !rig.gateway.settlements.empty(); };
  rig.play(resident);
  rig.cut = {};
  rig.restart_and_recover();
  CHECK_TRUE(rig.recovered.aftermaths.at(0).became == Became::paper_out);
  LONGS_EQUAL(1, roll.printed.size());
  LONGS_EQUAL(1, rig.gateway.settlements.size());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(aftermath, power_cut_before_any_document_says_that_nothing_moved) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), 1));
  restart_at_reception();
  STRCMP_EQUAL("aftermath.nothing_moved", lead_of(rig.front.now).c_str());
  LONGS_EQUAL(0, roll.printed.size());
}

TEST(aftermath, is_over_with_its_window) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), 1));
  rig.restart();
  Resident nobody;
  const auto begin = rig.timers.now();
  bool said = false;
  rig.play_at_reception(nobody, [&] {
    const std::string lead = lead_of(rig.front.now);
    said = said || lead == "aftermath.nothing_moved";
    return said && lead == "welcome.lead";
  });
  CHECK(rig.timers.now() - begin >= rig.settings.reprint_window);
  CHECK(rig.timers.now() - begin < rig.settings.reprint_window + 30s);
}

TEST(aftermath, is_over_with_the_next_visit) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), 1));
  rig.restart();
  Resident next = usual_resident();
  next["welcome"] = {"service.certificate"};
  bool visited = false;
  rig.play_at_reception(next, [&] {
    visited = visited || rig.front.now.name == "goodbye";
    return visited && rig.front.now.name == "welcome";
  });
  STRCMP_EQUAL("welcome.lead", lead_of(rig.front.now).c_str());
}

TEST(aftermath, out_of_service_says_what_became_of_the_money) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  rig.restart();
  rig.gateway.is_up = false;
  Resident nobody;
  rig.play_at_reception(nobody, [&] { return rig.front.now.name == "out_of_service"; });
  const auto& notice = std::get<Notice>(rig.front.now.body);
  STRCMP_EQUAL("money.kept", notice.reassurance->key.c_str());
}

TEST(aftermath, a_visit_that_told_its_resident_is_not_told_again) {
  rig.gateway.dead_at = "settle";
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(1, rig.journal->open_visits()->size());
  rig.recover();
  LONGS_EQUAL(0, rig.recovered.aftermaths.size());
  LONGS_EQUAL(1, roll.printed.size());
}

TEST(aftermath, a_journal_of_an_older_version_is_resolved) {
  CHECK_TRUE(rig.journal->append("v-1", "began", R"({"service":"certificate"})").ok());
  rig.restart_and_recover();
  CHECK_TRUE(rig.recovered.aftermaths.at(0).became == Became::nothing_moved);
}

TEST(aftermath, nothing_of_the_resident_is_in_the_journal) {
  CHECK_TRUE(rig.play_until_append(in_english(), charged + 1));
  rig.restart_and_recover();
  const std::string text = rig.journal_text();
  CHECK_TRUE(text.find("\"language\":\"en\"") != std::string::npos);
  CHECK_FALSE(text.find("花子") != std::string::npos);
}

TEST(aftermath, a_card_that_lay_there_through_the_cut_begins_no_visit) {
  CHECK_TRUE(rig.play_until_append(usual_resident(), charged));
  rig.restart();
  rig.reader.inserted = true;
  Resident nobody;
  const auto begin = rig.timers.now();
  rig.play_at_reception(nobody, [&] { return rig.timers.now() - begin > 60s; });
  STRCMP_EQUAL("aftermath.paper_kept", lead_of(rig.front.now).c_str());
  CHECK_FALSE(rig.front.saw("pin_wrong"));
  Resident puts_it_back;
  rig.reader.pull();
  puts_it_back["welcome"] = {"#insert"};
  rig.play_at_reception(puts_it_back, [&] { return rig.front.now.name == "pin"; });
}
