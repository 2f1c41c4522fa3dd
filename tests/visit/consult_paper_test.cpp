// Papers and forms in a consultation: nothing is printed twice or for nobody, and nothing is called
// signed that is not.

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_play.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using consult::Outcome;

TEST_GROUP_BASE(consult_paper, ConsultPlay){
    /// The call was hung up, and the staff know that nothing was signed.
    void left_without_a_signature(){LONGS_EQUAL(1, city.all<consult::FormSigned>().size());
CHECK_TRUE(city.all<consult::FormSigned>()[0].declined);
LONGS_EQUAL(1, city.all<consult::HungUp>().size());
CHECK_FALSE(seat.camera);
CHECK_FALSE(seat.microphone);
CHECK_FALSE(rig.front.saw("consult_satisfaction"));
}
}
;

TEST(consult_paper, paper_printed) {
  offer_paper();
  press("paper.yes");
  expect([this] { return says("consult_call.printed"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, rig.printer.jobs.size());
  CHECK(rig.printer.jobs[0].pdf == city.pdf);
  const auto moved = city.all<consult::PaperMoved>();
  LONGS_EQUAL(2, moved.size());
  CHECK(moved[1].answer == consult::PaperAnswer::printed);
  nothing_was_charged();
}

TEST(consult_paper, paper_declined) {
  offer_paper();
  press("paper.no");
  expect([this] { return !on_screen()->question.has_value(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, rig.printer.jobs.size());
  CHECK(city.all<consult::PaperMoved>()[0].answer == consult::PaperAnswer::declined);
}

TEST(consult_paper, a_paper_that_is_offered_twice_is_asked_for_once) {
  const auto paper = offer_paper();
  when([] { return true; }, [this, paper] { city.tell(paper); });
  press("paper.yes");
  expect([this] { return says("consult_call.printed") && !on_screen()->question; });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, rig.printer.jobs.size());
}

TEST(consult_paper, printer_jam_of_pushed_paper) {
  rig.printer.job_trouble = PrinterTrouble::media_jam;
  offer_paper();
  press("paper.yes");
  expect([this] { return says("consult_call.not_printed") && talking(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, rig.printer.sheets_out());
  CHECK(rig.printer.jobs[0].state == JobState::canceled);
  CHECK(city.all<consult::PaperMoved>().back().answer == consult::PaperAnswer::failed);
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult_paper, what_is_no_pdf_is_not_printed) {
  city.pdf = to_bytes(as_bytes(std::string("\x1b%-12345X@PJL")));
  offer_paper();
  press("paper.yes");
  expect([this] { return says("consult_call.not_printed"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, rig.printer.jobs.size());
}

TEST(consult_paper, power_cut) {
  offer_paper();
  press("paper.yes");
  bool cut = false;
  rig.cut = [this, &cut] {
    seat.answer();
    city.react();
    return cut = cut || !rig.printer.jobs.empty();
  };
  scenes.push_back({[] { return false; }, [] {}});
  play(talker());
  rig.cut = {};
  scenes.clear();
  LONGS_EQUAL(1, rig.printer.jobs.size());
  rig.restart_and_recover();
  CHECK(rig.printer.jobs[0].state == JobState::canceled);
  LONGS_EQUAL(0, rig.printer.sheets_out());
  LONGS_EQUAL(1, rig.printer.jobs.size());
  CHECK(record().outcome == Outcome::broken);
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
  nothing_was_charged();
}

TEST(consult_paper, form_signed_with_the_card) {
  sign_form();
  CHECK(signed_shown == "consult_signed.done");
  const auto form = city.all<consult::FormSigned>();
  LONGS_EQUAL(1, form.size());
  CHECK_FALSE(form[0].declined);
  LONGS_EQUAL(256, form[0].signature.size());
  CHECK(!form[0].certificate.empty());
  LONGS_EQUAL(1, rig.reader.verifies_with_data);
  LONGS_EQUAL(0, rig.printer.jobs.size());
}

TEST(consult_paper, a_signature_that_the_city_refuses_is_not_called_signed) {
  city.form_verdict = consult::FormVerdict::not_signed;
  sign_form();
  CHECK(signed_shown == "consult_signed.refused");
}

TEST(consult_paper, a_signature_that_the_city_says_nothing_of_is_not_called_signed) {
  city.form_verdict.reset();
  sign_form();
  CHECK(signed_shown == "consult_signed.refused");
}

TEST(consult_paper, form_declined) {
  offer_paper(true);
  press("paper.yes");
  Resident resident = talker();
  resident["consult_sign"] = {"back"};
  staff_ends();
  play(resident);
  CHECK_TRUE(city.all<consult::FormSigned>()[0].declined);
  LONGS_EQUAL(0, rig.reader.apdus);
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult_paper, a_wrong_pin_costs_one_try_and_the_call_goes_on) {
  offer_paper(true);
  press("paper.yes");
  Resident resident = talker();
  resident["consult_sign"] = {"sign"};
  resident["place_card"] = {"#insert"};
  resident["pin"] = {"digit.9", "digit.9", "digit.9", "digit.9", "pin.ok"};
  resident["pin_wrong"] = {"cancel"};
  resident["remove_card"] = {"#pull"};
  resident["consult_signed"] = {"next"};
  staff_ends();
  play(resident);
  LONGS_EQUAL(1, rig.reader.verifies_with_data);
  CHECK_TRUE(city.all<consult::FormSigned>()[0].declined);
}

TEST(consult_paper, resident_leaves_before_the_form_is_signed) {
  offer_paper(true);
  press("paper.yes");
  when([this] { return rig.front.now.name == "still_there"; }, [] {});
  play(talker());
  left_without_a_signature();
  LONGS_EQUAL(0, rig.reader.apdus);
}

TEST(consult_paper, resident_leaves_while_the_card_signs) {
  offer_paper(true);
  press("paper.yes");
  Resident resident = talker();
  resident["consult_sign"] = {"sign"};
  resident["place_card"] = {"#insert"};
  // The call is over at once; the card is asked for until somebody takes it.
  expect([this] {
    return rig.front.now.name == "remove_card" && !city.all<consult::HungUp>().empty();
  });
  when([] { return true; }, [this] { rig.reader.pull(); });
  play(resident);
  CHECK_TRUE(rig.front.saw("still_there"));
  left_without_a_signature();
  LONGS_EQUAL(0, rig.reader.verifies_with_data);
}

TEST(consult_paper, card_pulled_while_it_signs_and_the_call_goes_on) {
  offer_paper(true);
  press("paper.yes");
  Resident resident = talker();
  resident["consult_sign"] = {"sign"};
  resident["place_card"] = {"#insert"};
  resident["pin"] = {"#pull"};
  resident["consult_signed"] = {"next"};
  staff_ends();
  play(resident);
  CHECK_TRUE(city.all<consult::FormSigned>()[0].declined);
  LONGS_EQUAL(0, city.all<consult::HungUp>().size());
  CHECK(record().outcome == Outcome::solved);
}
