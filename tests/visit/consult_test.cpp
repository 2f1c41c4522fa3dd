// Consultations by video at the kiosk, from the first screen to the call and to its end: nobody is
// seen or heard who has not agreed, nobody waits who has gone, and nothing costs anything.

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_play.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using consult::Outcome;

TEST_GROUP_BASE(consult, ConsultPlay){};

TEST(consult, a_call_from_the_first_screen_to_thanks) {
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
  STRCMP_EQUAL(city.call.c_str(), seat.started[0].call.c_str());
  STRCMP_EQUAL("secret", seat.started[0].relay_password.c_str());
  CHECK(record().outcome == Outcome::solved);
  LONGS_EQUAL(5, *record().satisfaction);
  LONGS_EQUAL(1, record().minutes);
  CHECK_FALSE(seat.camera);
  CHECK_FALSE(seat.microphone);
  CHECK_FALSE(seat.previewing);
  nothing_was_charged();
}

TEST(consult, nothing_opens_before_the_resident_agrees) {
  Resident resident = talker();
  resident["consult_consent"] = {"back"};
  resident["consult_topics"] = {"topic.general", "back"};
  play(resident);
  LONGS_EQUAL(0, seat.told.size());
  LONGS_EQUAL(0, city.asks.size());
}

TEST(consult, the_camera_is_open_for_the_preview_only_while_it_is_shown) {
  Resident resident = talker();
  resident["consult_preview"] = {"back"};
  resident["consult_topics"] = {"topic.general", "back"};
  when([this] { return rig.front.now.name == "consult_preview"; },
       [this] {
         CHECK_TRUE(seat.previewing);
         CHECK_TRUE(on_screen()->camera);
       });
  play(resident);
  CHECK_FALSE(seat.previewing);
  LONGS_EQUAL(0, city.asks.size());
}

TEST(consult, a_kiosk_without_kiosk_call_offers_none) {
  seat.vanish();
  rig.play_at_reception({}, [this] { return rig.front.now.name == "welcome"; });
  CHECK(find_control(rig.front.now, "service.consult") == nullptr);
}

TEST(consult, private_topics_need_a_booth) {
  Resident resident = talker();
  resident["consult_topics"] = {"back"};
  play(resident);
  const Screen* topics = rig.front.last("consult_topics");
  CHECK(find_control(*topics, "topic.general") != nullptr);
  CHECK(find_control(*topics, "topic.lawyer") == nullptr);
}

TEST(consult, closed_topic) {
  city.topics[0].open = false;
  Resident resident = talker();
  resident["consult_topics"] = {"back"};
  play(resident);
  const Control* topic = find_control(*rig.front.last("consult_topics"), "topic.general");
  CHECK_FALSE(topic->enabled);
  STRCMP_EQUAL("09:00-17:15", topic->note->args.at("hours").c_str());
}

TEST(consult, closed_between_the_list_and_the_call) {
  city.refuse_ask = api::Refusal::closed;
  Resident resident = talker();
  resident["consult_topics"] = {"topic.general", "back"};
  resident["consult_no"] = {"back"};
  play(resident);
  CHECK_TRUE(rig.front.saw("consult_no"));
  LONGS_EQUAL(0, city.records.size());
}

TEST(consult, booked_call_is_checked_in_by_its_code) {
  city.topics[0].booked_only = true;
  Resident resident = talker();
  resident["consult_topics"] = {"booked", "topic.general"};
  resident["queue_scan"] = {"type"};
  for (const char digit : std::string("12345674"))
    resident["queue_code"].push_back(std::string("digit.") + digit);
  resident["queue_code"].push_back("ok");
  staff_ends();
  play(resident);
  STRCMP_EQUAL("12345674", city.asks.back().booking->c_str());
}

TEST(consult, a_booking_that_nobody_came_to_is_told_so) {
  city.refuse_ask = api::Refusal::expired;
  Resident resident = talker();
  resident["consult_topics"] = {"topic.general", "back"};
  resident["consult_no"] = {"back"};
  play(resident);
  const auto& lines = std::get<Notice>(rig.front.last("consult_no")->body).lines;
  STRCMP_EQUAL("consult_no.too_late", lines.front().key.c_str());
}

TEST(consult, position_and_waiting_time_are_shown) {
  city.somebody_answers = false;
  expect([this] {
    return rig.front.now.name == "consult_waiting" &&
           on_screen()->facts[0].key == "consult_waiting.next" &&
           on_screen()->facts[1].args.at("minutes") == "5";
  });
  when([] { return true; }, [this] { city.tell(consult::Waiting{3, {}}); });
  expect([this] {
    return on_screen()->facts[0].args.at("count") == "2" &&
           on_screen()->facts[1].key == "consult_waiting.wait_unknown";
  });
  press("hang_up");
  play(talker());
  CHECK(record().outcome == Outcome::left);
  LONGS_EQUAL(0, record().minutes);
  LONGS_EQUAL(1, city.all<consult::HungUp>().size());
}

TEST(consult, nobody_answers) {
  city.somebody_answers = false;
  wait(12min);  // the resident says twice that he is still there
  press("hang_up");
  Resident resident = talker();
  resident["still_there"] = std::vector<std::string>(20, "more_time");
  play(resident);
  CHECK_TRUE(rig.front.saw("still_there"));
  CHECK(record().outcome == Outcome::left);
  CHECK(record().waited_s >= 12 * 60);
}

TEST(consult, resident_leaves) {
  city.somebody_answers = false;
  play(talker());
  CHECK_TRUE(rig.front.saw("still_there"));
  CHECK(record().outcome == Outcome::left);
  LONGS_EQUAL(1, city.all<consult::HungUp>().size());
}

TEST(consult, answered_while_asked_whether_somebody_is_there) {
  city.somebody_answers = false;
  when([this] { return rig.front.now.name == "still_there"; },
       [this] { city.tell(consult::Answered{city.desk}); });
  staff_ends();
  play(talker());
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult, staff_hangs_up) {
  staff_ends(Outcome::call_back);
  play(talker());
  CHECK(record().outcome == Outcome::call_back);
  LONGS_EQUAL(1, seat.all<EndCall>().size());
  LONGS_EQUAL(0, city.all<consult::HungUp>().size());
}

TEST(consult, the_resident_hangs_up_with_one_press) {
  when(while_talking(), [] {});
  press("hang_up");
  play(talker());
  CHECK(record().outcome == Outcome::not_said);
  LONGS_EQUAL(1, city.all<consult::HungUp>().size());
  LONGS_EQUAL(1, seat.all<EndCall>().size());
}

TEST(consult, nobody_at_the_desk_within_its_hours) {
  city.topics[0].open = false;
  city.topics[0].nobody = true;
  Resident resident = talker();
  resident["consult_topics"] = {"topic.general", "back"};
  resident["consult_nobody"] = {"back"};
  play(resident);
  const Control* topic = find_control(*rig.front.last("consult_topics"), "topic.general");
  STRCMP_EQUAL("consult_nobody.title", topic->note->key.c_str());
  const Screen* nobody = rig.front.last("consult_nobody");
  STRCMP_EQUAL("09:00-17:15", std::get<Notice>(nobody->body).lines[0].args.at("hours").c_str());
  CHECK(find_control(*nobody, "book") == nullptr);  // this city has no times for calls
  LONGS_EQUAL(0, city.asks.size());
}

TEST(consult, nobody_at_the_desk_and_a_time_is_booked) {
  offer_times();
  city.topics[0].open = false;
  city.topics[0].nobody = true;
  Resident resident = talker();
  resident["consult_nobody"] = {"book"};
  book_second(resident);
  play(resident);
  second_was_booked();
  LONGS_EQUAL(0, city.asks.size());
}

TEST(consult, a_time_is_booked_rather_than_waited_for) {
  offer_times();
  city.somebody_answers = false;
  Resident resident = talker();
  book_second(resident);
  when([this] { return rig.front.now.name == "consult_waiting" && rig.front.waiting(); },
       [this] { CHECK_TRUE(rig.front.press("book")); });
  play(resident);
  second_was_booked();
  CHECK(record().outcome == Outcome::left);
  LONGS_EQUAL(1, city.all<consult::HungUp>().size());
}

TEST(consult, no_time_is_free) {
  offer_times();
  city.free_calls.clear();
  city.topics[0].nobody = true;
  Resident resident = talker();
  resident["consult_nobody"] = {"book"};
  resident["queue_no"] = {"end"};
  play(resident);
  STRCMP_EQUAL("queue_no.none_free",
               std::get<Notice>(rig.front.last("queue_no")->body).lines[0].key.c_str());
  LONGS_EQUAL(0, roll.printed.size());
}
