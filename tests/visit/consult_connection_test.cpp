// Consultations by video, by what can break: no call is lost for a process that died, a network
// that went or a door that opened.

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_play.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using consult::Outcome;
using consult::Rung;

TEST_GROUP_BASE(consult_connection, ConsultPlay){};

TEST(consult_connection, worker_dies) {
  when(while_talking(), [this] { seat.become_ready(2); });
  expect([this] { return seat.started.size() == 2 && talking(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(2, seat.started[1].connection);
  LONGS_EQUAL(2, city.relays);  // each connection has a pass of its own
  CHECK(record().outcome == Outcome::solved);
  CHECK(record().lowest == Rung::p720);
}

TEST(consult_connection, worker_dies_again_and_again) {
  seat.connects = false;
  when([this] { return !seat.started.empty(); }, [] {});
  for (std::int64_t worker = 2; worker <= 4; ++worker) {
    when([this, worker] { return seat.started.size() == static_cast<std::size_t>(worker) - 1; },
         [this, worker] { seat.become_ready(worker); });
  }
  when([this] { return seat.started.size() == 4; }, [this] { seat.become_ready(5); });
  expect([this] { return talking() && says("consult_call.text_only"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(4, seat.started.size());
  CHECK(seat.started[2].most == Rung::p240);
  CHECK(seat.started[3].most == Rung::audio);
  CHECK_FALSE(seat.started[3].camera);
  CHECK(record().lowest == Rung::text);
}

TEST(consult_connection, kiosk_call_is_gone) {
  when(while_talking(), [this] { seat.vanish(); });
  expect([this] { return says("consult_call.text_only"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult_connection, text_only_and_sound_once_more) {
  city.relay_gone = true;
  expect([this] { return says("consult_call.text_only"); });
  when([] { return true; }, [this] { city.relay_gone = false; });
  press("try_again");
  expect([this] { return seat.started.size() == 1 && talking() && on_screen()->microphone; });
  staff_ends();
  play(talker());
  const auto carried = city.all<consult::Carried>();
  CHECK(!carried.empty() && carried[0].rung == Rung::text);
}

TEST(consult_connection, relay_lost) {
  when(while_talking(), [this] { seat.emit(CallMoved{1, CallState::broken, "no packets"}); });
  expect([this] { return on_screen()->phase == CallPhase::broken; });
  when([] { return true; }, [this] { seat.emit(CallMoved{1, CallState::failed, "relay"}); });
  expect([this] { return seat.started.size() == 2 && talking(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(2, seat.started.back().connection);
}

TEST(consult_connection, a_connection_that_never_comes_is_made_again) {
  seat.connects = false;
  when([this] { return seat.started.size() == 2; }, [this] { seat.connects = true; });
  expect([this] { return seat.started.size() == 2 || seat.started.size() == 3; });
  staff_ends();
  play(talker());
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult_connection, live_lost) {
  when(while_talking(), [this] { rig.gateway.set_live(false); });
  expect([this] { return says("consult_call.not_live") && talking(); });
  when([] { return true; }, [this] { rig.gateway.set_live(true); });
  expect([this] { return !says("consult_call.not_live"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());  // sound and picture had gone on
  const auto here = city.all<consult::Here>();
  LONGS_EQUAL(2, here.size());
  LONGS_EQUAL(1, here[1].connection);
}

TEST(consult_connection, live_lost_before_the_offer_was_answered) {
  city.answers_offers = false;
  when([this] { return seat.started.size() == 1; }, [this] { rig.gateway.set_live(false); });
  wait(3s);
  when([] { return true; },
       [this] {
         city.answers_offers = true;
         rig.gateway.set_live(true);
       });
  staff_ends();
  play(talker());
  CHECK(seat.started.size() >= 2);
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult_connection, live_and_relay_lost_for_good) {
  when(while_talking(), [this] {
    rig.gateway.set_live(false);
    city.relay_gone = true;
    seat.emit(CallMoved{1, CallState::failed, "relay"});
  });
  play(talker());
  CHECK(record().outcome == Outcome::broken);
  STRCMP_EQUAL("consult_over.broken",
               std::get<Notice>(rig.front.last("consult_over")->body).lines[0].key.c_str());
}

TEST(consult_connection, lost_for_good_and_a_time_is_booked) {
  offer_times();
  Resident resident = talker();
  resident["consult_over"] = {"book"};
  book_second(resident);
  when(while_talking(), [this] {
    rig.gateway.set_live(false);
    city.relay_gone = true;
    seat.emit(CallMoved{1, CallState::failed, "relay"});
  });
  play(resident);
  second_was_booked();
}

TEST(consult_connection, two_offers) {
  city.answers_offers = false;
  when([this] { return seat.started.size() == 1; }, [this] { seat.become_ready(2); });
  when([this] { return seat.started.size() == 2; },
       [this] {
         city.tell(consult::Description{1, "late"});
         city.tell(consult::Candidate{1, 0, "late"});
         city.tell(consult::Description{2, "right"});
       });
  staff_ends();
  play(talker());
  const auto answers = seat.all<RemoteAnswer>();
  LONGS_EQUAL(1, answers.size());
  STRCMP_EQUAL("right", answers[0].sdp.c_str());
  LONGS_EQUAL(0, seat.all<RemoteCandidate>().size());
}

TEST(consult_connection, booth_opened) {
  room->booth = &door;
  Resident resident = talker();
  resident["consult_topics"] = {"topic.lawyer"};
  when([this] { return rig.front.now.name == "consult_booth"; }, [this] { door.set(true); });
  when(while_talking(), [this] { door.set(false); });
  expect([this] { return says("consult_call.booth_open"); });
  when([] { return true; },
       [this] {
         CHECK_TRUE(seat.held);
         CHECK_FALSE(on_screen()->microphone);
         CHECK_FALSE(on_screen()->far_end);
         CHECK_FALSE(city.all<consult::Open>().back().microphone);
         door.set(true);
       });
  expect([this] { return talking() && !seat.held; });
  staff_ends();
  play(resident);
  CHECK_TRUE(city.asks.back().booth_closed);
}

TEST(consult_connection, camera_unplugged) {
  when(while_talking(), [this] { seat.become_ready(1, false, true); });
  expect([this] { return says("consult_call.no_camera") && !on_screen()->camera; });
  when([] { return true; }, [this] { CHECK(find_control(rig.front.now, "camera") == nullptr); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
  CHECK_FALSE(city.all<consult::Open>().back().camera);
}

TEST(consult_connection, no_camera_and_no_microphone) {
  seat.become_ready(1, false, false);
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, seat.all<Preview>().size());
  CHECK_FALSE(seat.started[0].camera);
  CHECK_FALSE(seat.started[0].microphone);
}

TEST(consult_connection, not_heard) {
  when(while_talking(), [this] { city.tell(consult::NotHeard{true}); });
  expect([this] { return says("consult_call.not_heard_there"); });
  when([] { return true; },
       [this] {
         city.tell(consult::NotHeard{false});
         CallMeasured measured;
         measured.connection = 1;
         measured.silent_in = true;
         seat.emit(measured);
       });
  expect([this] {
    return says("consult_call.not_heard_here") && !says("consult_call.not_heard_there");
  });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, city.all<consult::NotHeard>().size());
}

TEST(consult_connection, each_step_of_the_ladder_is_said) {
  for (const auto& [rung, key] : {std::pair{Rung::p240, "consult_call.smaller"},
                                  std::pair{Rung::audio, "consult_call.sound_only"}}) {
    when(while_talking(), [this, rung = rung] {
      CallMeasured measured;
      measured.connection = 1;
      measured.rung = rung;
      seat.emit(measured);
    });
    expect([this, key = key] { return says(key); });
  }
  staff_ends();
  play(talker());
  LONGS_EQUAL(2, city.all<consult::Carried>().size());
  CHECK(record().lowest == Rung::audio);
}
