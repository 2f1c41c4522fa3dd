// The visit when everything works, and what a resident may do on the way.

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

bool has_key(const Screen& screen, const std::string& key) {
  return to_json(screen).dump().find("\"" + key + "\"") != std::string::npos;
}

}  // namespace

TEST_GROUP(certificate_visit) { Rig rig; };

TEST(certificate_visit, from_tap_to_paper) {
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL("issued", report.outcome.c_str());
  LONGS_EQUAL(8, report.apdus);
  LONGS_EQUAL(8, rig.reader.apdus);
  LONGS_EQUAL(250, report.charged_yen);
  LONGS_EQUAL(250, rig.terminal.net_yen());
  LONGS_EQUAL(1, rig.printer.sheets_out());
  LONGS_EQUAL(1, report.pages);
  LONGS_EQUAL(1, rig.gateway.settlements.size());
  CHECK(rig.gateway.settlements[0].outcome == api::Outcome::issued);
  LONGS_EQUAL(250, rig.gateway.settlements[0].charged_yen);
  LONGS_EQUAL(5, rig.gateway.ratings.at(0));
  for (const char* name :
       {"place_card", "reading_card", "pin", "identifying", "kind", "options", "review",
        "preparing", "pay", "printing", "take", "satisfaction", "goodbye"}) {
    CHECK_TEXT(rig.front.saw(name), name);
  }
}

TEST(certificate_visit, the_document_is_in_hand_before_money_moves) {
  rig.play(usual_resident());
  const std::vector<std::string> expected{"visits", "identify", "quote",
                                          "issue",  "settle",   "feedback"};
  CHECK(expected == rig.gateway.requests);
}

TEST(certificate_visit, the_printed_bytes_are_the_sealed_bytes) {
  rig.play(usual_resident());
  LONGS_EQUAL(1, rig.printer.jobs.size());
  CHECK(as_text(rig.printer.jobs[0].pdf).starts_with("%PDF of "));
}

TEST(certificate_visit, tries_left_are_shown_before_the_first_digit) {
  rig.play(usual_resident());
  for (const Screen& screen : rig.front.shown) {
    if (screen.name != "pin") continue;
    const auto& pad = std::get<PinPad>(screen.body);
    LONGS_EQUAL(0, pad.entered);
    LONGS_EQUAL(3, pad.tries_left);
    return;
  }
  FAIL("no PIN screen");
}

TEST(certificate_visit, after_the_last_digit_only_verify_select_sign) {
  rig.play(usual_resident());
  // The first five APDUs happened before the PIN pad was shown.
  LONGS_EQUAL(8, rig.reader.apdus);
  LONGS_EQUAL(1, rig.reader.verifies_with_data);
}

TEST(certificate_visit, erase_takes_back_one_digit) {
  Resident resident = usual_resident();
  resident["pin"] = {"digit.9", "erase", "digit.1", "digit.2", "digit.3", "digit.4", "pin.ok"};
  STRCMP_EQUAL("issued", rig.play(resident).outcome.c_str());
}

TEST(certificate_visit, a_fifth_digit_and_an_early_ok_are_not_possible) {
  const Screen full = visit::pin_screen(4, 3);
  CHECK_FALSE(find_control(full, "digit.5")->enabled);
  CHECK_TRUE(find_control(full, "pin.ok")->enabled);
  const Screen short_of_one = visit::pin_screen(3, 3);
  CHECK_FALSE(find_control(short_of_one, "pin.ok")->enabled);
}

TEST(certificate_visit, back_never_loses_what_was_entered) {
  Resident resident = usual_resident();
  resident["kind"] = {"kind.residence", "kind.residence"};
  resident["options"] = {"persons.2", "domicile", "copies.more", "back", "next", "next"};
  resident["review"] = {"back", "pay"};
  STRCMP_EQUAL("issued", rig.play(resident).outcome.c_str());
  LONGS_EQUAL(2, rig.gateway.quotes.size());
  const api::QuoteRequest& asked = rig.gateway.quotes.back();
  LONGS_EQUAL(2, asked.copies);
  LONGS_EQUAL(2, asked.persons.size());
  CHECK_TRUE(asked.show_domicile);
  CHECK_FALSE(asked.show_relationship);
  LONGS_EQUAL(500, rig.terminal.net_yen());
  LONGS_EQUAL(2, rig.printer.sheets_out());
}

TEST(certificate_visit, changing_one_line_of_the_review_keeps_the_others) {
  Resident resident = usual_resident();
  resident["kind"] = {"kind.residence", "kind.tax"};
  resident["options"] = {"copies.more", "next", "year.2025", "next"};
  resident["review"] = {"change.kind", "pay"};
  STRCMP_EQUAL("issued", rig.play(resident).outcome.c_str());
  const api::QuoteRequest& asked = rig.gateway.quotes.back();
  CHECK(asked.kind == api::Kind::tax);
  LONGS_EQUAL(2025, *asked.year);
  LONGS_EQUAL(2, asked.copies);
}

TEST(certificate_visit, nobody_chosen_means_no_way_forward) {
  api::Identified who;
  who.self = {"p-1", "a", ""};
  who.household = {who.self, {"p-2", "b", ""}};
  const api::Offer offer{api::Kind::residence, 250, 300, {}, {"persons"}, {}};
  visit::Choice choice;
  choice.persons = {false, false};
  CHECK_FALSE(find_control(visit::options_screen(who, offer, choice), "next")->enabled);
}

TEST(certificate_visit, language_and_size_hold_for_the_visit) {
  Resident resident = usual_resident();
  resident["place_card"] = {"language.en", "text_size.xl", "#insert"};
  rig.play(resident);
  STRCMP_EQUAL("en", rig.front.last("goodbye")->language.c_str());
  CHECK(rig.front.last("goodbye")->text_size == TextSize::xl);
}

TEST(certificate_visit, language_can_be_changed_while_paying) {
  Resident resident = usual_resident();
  resident["pay"] = {"language.en"};
  STRCMP_EQUAL("issued", rig.play(resident).outcome.c_str());
  STRCMP_EQUAL("en", rig.front.last("pay")->language.c_str());
}

TEST(certificate_visit, a_free_certificate_asks_for_no_payment) {
  rig.gateway.fee_yen = 0;
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(0, rig.terminal.payments_sent);
  CHECK_FALSE(rig.front.saw("pay"));
}

TEST(certificate_visit, names_are_private_and_drawn_as_names) {
  rig.play(usual_resident());
  const Screen* review = rig.front.last("review");
  const Text& name = std::get<Review>(review->body).rows[1].values[0];
  CHECK_TRUE(name.is_private);
  CHECK_TRUE(name.is_name);
  CHECK_TRUE(has_key(*review, "review.discount"));
}

TEST(certificate_visit, the_journal_holds_nothing_personal) {
  rig.play(usual_resident());
  const std::string text = rig.journal_text();
  CHECK_TRUE(text.find("charged") != std::string::npos);
  CHECK_TRUE(text.find("葛") == std::string::npos);
  CHECK_TRUE(text.find("花子") == std::string::npos);
  CHECK_TRUE(text.find("1234") == std::string::npos);
  CHECK_TRUE(text.find("%PDF") == std::string::npos);
}

TEST(certificate_visit, steps_are_measured) {
  const visit::Report report = rig.play(usual_resident());
  bool paid = false;
  for (const visit::StepTime& step : report.steps) {
    if (step.name == "pay") {
      paid = true;
      LONGS_EQUAL(2000, step.ms);
    }
  }
  CHECK_TRUE(paid);
}
