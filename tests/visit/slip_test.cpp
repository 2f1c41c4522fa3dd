// The slip at the end of a visit, by hazard: it says what became of the money, and no trouble with
// it ever stops a visit.

#include "firmware/visit/slip.h"

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"
#include "tests/visit/slip_roll.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

TEST_GROUP(slip) {
  Rig rig;
  SlipRoll roll{rig.timers};
  void setup() override {
    rig.receipt_printer = &roll;
    rig.typesetter = &roll;
  }

  void check_slip(const char* outcome, const char* money) {
    STRCMP_EQUAL(outcome, rig.play(usual_resident()).outcome.c_str());
    LONGS_EQUAL(1, roll.printed.size());
    STRCMP_EQUAL(money, roll.printed[0].money.key.c_str());
    CHECK_FALSE(rig.faults.stands("receipt"));
  }
  /// The visit goes on as if there were no receipt printer, except that it says so.
  void check_visit_goes_on(const char* fault) {
    const visit::Report report = rig.play(usual_resident());
    STRCMP_EQUAL("issued", report.outcome.c_str());
    LONGS_EQUAL(250, report.charged_yen);
    LONGS_EQUAL(0, roll.printed.size());
    LONGS_EQUAL(1, rig.faults.standing().size());
    STRCMP_EQUAL("receipt", rig.faults.standing()[0].device.c_str());
    STRCMP_EQUAL(fault, rig.faults.standing()[0].code.c_str());
    STRCMP_EQUAL("slip.failed", rig.front.last("take")->lead.back().key.c_str());
    CHECK(rig.front.saw("goodbye"));
  }
};

TEST(slip, paid) {
  check_slip("issued", "slip.money.moved");
  LONGS_EQUAL(250, std::stoi(roll.printed[0].money.args.at("yen")));
  LONGS_EQUAL(3, std::get<Checklist>(rig.front.last("take")->body).items.size());
}

TEST(slip, print_failed_and_money_given_back) {
  rig.printer.abort_job = true;
  check_slip("print_failed", "slip.money.given_back");
}

TEST(slip, unresolved) {
  rig.terminal.mode = LedgerTerminal::Mode::lose_reply;
  rig.terminal.status_dead = true;
  check_slip("unresolved", "slip.money.checking");
  CHECK(roll.printed[0].code.find(roll.printed[0].lines.back().value.literal) != std::string::npos);
}

TEST(slip, declined) {
  rig.terminal.mode = LedgerTerminal::Mode::decline;
  check_slip("declined", "slip.money.not_moved");
}

TEST(slip, no_word_of_the_resident_is_on_it) {
  rig.play(usual_resident());
  const std::string text = to_json(roll.printed.at(0)).dump();
  CHECK_FALSE(text.find("is_name\":true") != std::string::npos);
  CHECK_FALSE(text.find("is_private\":true") != std::string::npos);
}

TEST(slip, none_when_the_resident_left_before_paying) {
  Resident resident = usual_resident();
  resident["review"] = {"cancel"};
  rig.play(std::move(resident));
  LONGS_EQUAL(0, roll.drawn.size());
  CHECK_FALSE(rig.front.saw("slip_printing"));
}

TEST(slip, none_when_there_was_nothing_to_pay) {
  rig.gateway.fee_yen = 0;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(0, roll.drawn.size());
}

TEST(slip, kiosk_without_a_receipt_printer) {
  rig.receipt_printer = nullptr;
  rig.typesetter = nullptr;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  CHECK_FALSE(rig.front.saw("slip_printing"));
  LONGS_EQUAL(2, std::get<Checklist>(rig.front.last("take")->body).items.size());
}

TEST(slip, printer_gone) {
  roll.now = ReceiptPrinterState::gone;
  check_visit_goes_on("gone");
}

TEST(slip, paper_end) {
  roll.now = ReceiptPrinterState::paper_end;
  check_visit_goes_on("paper_end");
}

TEST(slip, interrupted_is_not_printed) {
  roll.interrupts = true;
  roll.now = ReceiptPrinterState::cutter_error;
  check_visit_goes_on("cutter_error");
}

TEST(slip, slip_that_cannot_be_drawn) {
  roll.can_draw = false;
  check_visit_goes_on("not_drawn");
}

TEST(slip, window_that_does_not_answer) {
  roll.typesetter_hangs = true;
  check_visit_goes_on("not_drawn");
}

TEST(slip, paper_near_end_prints_and_is_a_fault_that_closes_nothing) {
  roll.now = ReceiptPrinterState::paper_near_end;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(1, roll.printed.size());
  CHECK(rig.faults.stands("receipt"));
}

TEST(slip, fault_is_cleared_when_the_printer_is_well_again) {
  roll.now = ReceiptPrinterState::paper_end;
  visit::Desk desk{rig.timers,   rig.front,  rig.gateway,  rig.reader,   rig.terminal, rig.printer,
                   *rig.journal, rig.faults, rig.seal_key, rig.settings, &roll,        &roll};
  rig.run(visit::look_at_receipt_printer(desk));
  CHECK(rig.faults.stands("receipt"));
  roll.now = ReceiptPrinterState::ready;
  rig.run(visit::look_at_receipt_printer(desk));
  CHECK_FALSE(rig.faults.stands("receipt"));
}

TEST(slip, said_in_the_residents_language) {
  Resident resident = usual_resident();
  resident["place_card"] = {"language.en", "#insert"};
  rig.play(std::move(resident));
  STRCMP_EQUAL("en", roll.printed.at(0).language.c_str());
  CHECK(roll.printed[0].for_staff.has_value());
}
