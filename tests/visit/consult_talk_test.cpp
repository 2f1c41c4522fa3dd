// Consultations by video, what two people do in one: text, pages, captions, a ring, a hand-over.

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_play.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using consult::Outcome;
using consult::Rung;

TEST_GROUP_BASE(consult_talk, ConsultPlay){};

TEST(consult_talk, handed_over_to_another_desk) {
  when(while_talking(), [this] {
    city.tell(consult::Caption{"少々お待ちください"});
    city.tell(consult::Answered{"豊中市役所 年金"});
  });
  expect([this] { return seat.started.size() == 2 && talking(); });
  when([] { return true; },
       [this] {
         STRCMP_EQUAL("豊中市役所 年金", on_screen()->facts[0].literal.c_str());
         CHECK_FALSE(on_screen()->caption.has_value());
       });
  staff_ends(Outcome::handed_over);
  play(talker());
}

TEST(consult_talk, handed_over_with_a_wait_in_between) {
  when(while_talking(), [this] {
    city.somebody_answers = false;
    city.tell(consult::Waiting{1, {}});
  });
  when([this] { return rig.front.now.name == "consult_waiting"; },
       [this] {
         CHECK_FALSE(seat.camera);
         CHECK_FALSE(seat.microphone);
         STRCMP_EQUAL("consult_waiting.next_desk", rig.front.now.lead[0].key.c_str());
         seat.become_ready(2);  // the worker of the first desk has ended
         city.tell(consult::Answered{"豊中市役所 年金"});
       });
  expect([this] { return seat.started.size() == 2 && talking(); });
  staff_ends(Outcome::handed_over);
  play(talker());
  LONGS_EQUAL(0, city.all<consult::HungUp>().size());
}

TEST(consult_talk, held) {
  when(while_talking(), [this] { city.tell(consult::Held{true}); });
  expect([this] { return on_screen()->phase == CallPhase::held; });
  when([] { return true; },
       [this] {
         CHECK_TRUE(seat.held);
         CHECK_FALSE(on_screen()->camera);
         CHECK_FALSE(on_screen()->far_end);
         city.tell(consult::Held{false});
       });
  expect([this] { return talking() && !seat.held && on_screen()->camera; });
  staff_ends();
  play(talker());
}

TEST(consult_talk, microphone_and_camera_are_closed_by_one_press) {
  when(while_talking(), [] {});
  press("microphone");
  expect([this] { return !on_screen()->microphone && !seat.microphone && seat.camera; });
  press("camera");
  expect([this] { return !on_screen()->camera && !seat.camera && !on_screen()->self; });
  staff_ends();
  play(talker());
  const auto said = city.all<consult::Open>();
  CHECK_FALSE(said.back().microphone);
  CHECK_FALSE(said.back().camera);
}

TEST(consult_talk, text_both_ways_key_by_key) {
  when(while_talking(), [] {});
  press("keyboard");
  for (const char* key : {"key.か", "key.voiced", "key.き", "key.done"}) press(key);
  when([this] { return city.all<consult::Typed>().size() == 4; },
       [this] { city.tell(consult::Typed{7, "はい、どう", false}); });
  when([this] { return on_screen()->lines.size() == 2; },
       [this] { city.tell(consult::Typed{7, "はい、どうぞ", true}); });
  expect([this] {
    const auto& lines = on_screen()->lines;
    return lines.size() == 2 && lines[0].own && lines[0].text.literal == "がき" && !lines[1].own &&
           lines[1].text.literal == "はい、どうぞ" && lines[1].text.is_private;
  });
  staff_ends();
  play(talker());
  const auto typed = city.all<consult::Typed>();
  STRCMP_EQUAL("か", typed[0].text.c_str());
  STRCMP_EQUAL("が", typed[1].text.c_str());
  CHECK_TRUE(typed[3].done);
  LONGS_EQUAL(1, typed[3].line);
  CHECK(rig.journal_text().find("がき") == std::string::npos);
}

TEST(consult_talk, a_press_that_comes_together_with_news_counts) {
  when(while_talking(), [this] {
    CallMeasured measured;
    measured.connection = 1;
    measured.rung = Rung::p240;
    seat.emit(measured);
    CHECK_TRUE(rig.front.press("keyboard"));
  });
  wait(2s);
  expect([this] { return on_screen()->typing.has_value() && says("consult_call.smaller"); });
  staff_ends();
  play(talker());
}

TEST(consult_talk, a_page_to_look_at_together) {
  when(while_talking(), [this] {
    city.tell(consult::Page{
        "国民年金の免除", {"所得が少ないとき", "学生のとき"}, "https://city.example/p"});
  });
  expect([this] { return on_screen()->page && on_screen()->page->lines.size() == 2; });
  press("page");
  expect([this] { return !on_screen()->page.has_value(); });
  when([] { return true; },
       [this] { city.tell(consult::Page{"偽のページ", {}, "http://evil.example"}); });
  expect([this] { return on_screen()->page && on_screen()->page->link.empty(); });
  staff_ends();
  play(talker());
}

TEST(consult_talk, the_staff_point_at_a_switch) {
  when(while_talking(), [this] { city.tell(consult::Ring{"microphone"}); });
  expect([this] { return on_screen()->ring == "microphone"; });
  when([] { return true; }, [this] { city.tell(consult::Caption{"このボタンです"}); });
  expect([this] { return on_screen()->caption && on_screen()->ring == "microphone"; });
  press("microphone");  // a ring presses nothing, and is no hindrance
  expect([this] { return !seat.microphone; });
  when([] { return true; }, [this] { city.tell(consult::Ring{""}); });
  expect([this] { return on_screen()->ring.empty(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
}

TEST(consult_talk, nothing_said_reaches_the_record_or_the_journal) {
  when(while_talking(), [this] {
    city.tell(consult::Caption{"ないしょのはなし"});
    city.tell(consult::Typed{1, "ひみつ", true});
  });
  expect([this] { return on_screen()->caption.has_value() && !on_screen()->lines.empty(); });
  staff_ends();
  play(talker());
  for (const char* secret : {"ないしょのはなし", "ひみつ", "secret"})
    CHECK(rig.journal_text().find(secret) == std::string::npos);
}
