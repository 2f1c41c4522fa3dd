// Consultations by video at the kiosk, by hazard: nobody is seen or heard who has not agreed, no
// call is lost for a process that died, nothing is printed twice or for nobody, and nothing costs
// anything.

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_world.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using consult::Outcome;
using consult::Rung;
using consult::Topic;

namespace {

/// What happens next, and when.
struct Scene {
  std::function<bool()> when;
  std::function<void()> what;
};

consult::TopicNow open_topic(Topic topic) {
  consult::TopicNow now;
  now.topic = topic;
  now.open = true;
  now.hours = "09:00-17:15";
  return now;
}

/// Somebody who wants to talk, agrees, and is content.
Resident talker() {
  return {{"welcome", {"service.consult"}},     {"consult_topics", {"topic.general"}},
          {"consult_consent", {"agree"}},       {"consult_preview", {"call"}},
          {"consult_satisfaction", {"rate.5"}}, {"consult_over", {"end"}}};
}

}  // namespace

TEST_GROUP(consult) {
  Rig rig;
  CallWorker seat;
  ConsultCity city{rig.gateway};
  DoorOfBooth door;
  std::optional<visit::ConsultRoom> room;
  std::deque<Scene> scenes;
  std::string signed_shown;
  std::optional<Timers::Monotonic> until;

  void setup() override {
    rig.offer_help();
    room.emplace(visit::ConsultRoom{seat, *rig.companion, nullptr});
    rig.consult = &*room;
    rig.gateway.set_live(true);
    rig.gateway.consultations = [this](const HttpCall& call) { return city.answer(call); };
    city.topics = {open_topic(Topic::general), open_topic(Topic::lawyer)};
    city.topics.back().booth = true;
    city.pdf = to_bytes(as_bytes(std::string("%PDF-1.7 a page")));
    seat.become_ready(1);
  }

  /// Plays until every scene was played and the kiosk is itself again.
  void play(Resident resident) {
    bool began = false;
    rig.play_at_reception(std::move(resident), [&] {
      seat.answer();
      city.react();
      const std::string& name = rig.front.now.name;
      if (!scenes.empty() && scenes.front().when()) {
        const Scene scene = scenes.front();
        scenes.pop_front();
        scene.what();
      }
      began = began || name.starts_with("consult_");
      if (!began || !scenes.empty() || name != "welcome") return false;
      // And until the city has been told.
      if (!until) until = rig.timers.now() + 15s;
      return rig.timers.now() >= *until;
    });
    until.reset();
  }
  /// Until this is on the screen, then that; `after` later.
  void when(std::function<bool()> what, std::function<void()> then) {
    scenes.push_back({std::move(what), std::move(then)});
  }
  void wait(std::chrono::seconds time) {
    when(
        [this, time] {
          if (!until) until = rig.timers.now() + time;
          if (rig.timers.now() < *until) return false;
          until.reset();
          return true;
        },
        [] {});
  }
  [[nodiscard]] const VideoCall* on_screen() const {
    return std::get_if<VideoCall>(&rig.front.now.body);
  }
  [[nodiscard]] bool talking() const {
    const VideoCall* const call = on_screen();
    return rig.front.now.name == "consult_call" && call->phase == CallPhase::talking;
  }
  std::function<bool()> while_talking() {
    return [this] { return talking(); };
  }
  void press(const char* control) {
    when([this] { return rig.front.now.name.starts_with("consult_") && rig.front.waiting(); },
         [this, control] { CHECK_TRUE(rig.front.press(control)); });
  }
  void expect(std::function<bool()> what) {
    when(std::move(what), [] {});
  }
  [[nodiscard]] bool says(const char* key) const {
    const VideoCall* const call = on_screen();
    return call != nullptr &&
           std::ranges::any_of(call->notices, [&](const Text& text) { return text.key == key; });
  }
  void staff_ends(Outcome outcome = Outcome::solved) {
    when(while_talking(), [this, outcome] { city.tell(consult::Over{outcome}); });
  }
  consult::PaperOffered offer_paper(bool to_sign = false) {
    const consult::PaperOffered paper{"11111111-1111-4111-8111-111111111111", "持ち物の一覧",
                                      to_sign};
    when(while_talking(), [this, paper] { city.tell(paper); });
    expect([this] { return on_screen() != nullptr && on_screen()->question.has_value(); });
    return paper;
  }
  /// Signs with the card, and keeps what the screen says of it.
  void sign_form() {
    offer_paper(true);
    press("paper.yes");
    when([this] { return rig.front.now.name == "consult_signed"; },
         [this] { signed_shown = std::get<Notice>(rig.front.now.body).lines.front().key; });
    Resident resident = talker();
    resident["consult_sign"] = {"sign"};
    resident["place_card"] = {"#insert"};
    resident["pin"] = {"digit.1", "digit.2", "digit.3", "digit.4", "pin.ok"};
    resident["remove_card"] = {"#pull"};
    resident["consult_signed"] = {"next"};
    staff_ends();
    play(resident);
  }
  const consult::Record& record() {
    LONGS_EQUAL(1, city.records.size());
    return city.records.front();
  }
  void nothing_was_charged() {
    LONGS_EQUAL(0, rig.terminal.payments_sent);
    LONGS_EQUAL(0, rig.terminal.net_yen());
  }
};

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

TEST(consult, worker_dies) {
  when(while_talking(), [this] { seat.become_ready(2); });
  expect([this] { return seat.started.size() == 2 && talking(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(2, seat.started[1].connection);
  LONGS_EQUAL(2, city.relays);  // each connection has a pass of its own
  CHECK(record().outcome == Outcome::solved);
  CHECK(record().lowest == Rung::p720);
}

TEST(consult, worker_dies_again_and_again) {
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

TEST(consult, kiosk_call_is_gone) {
  when(while_talking(), [this] { seat.vanish(); });
  expect([this] { return says("consult_call.text_only"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult, text_only_and_sound_once_more) {
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

TEST(consult, relay_lost) {
  when(while_talking(), [this] { seat.emit(CallMoved{1, CallState::broken, "no packets"}); });
  expect([this] { return on_screen()->phase == CallPhase::broken; });
  when([] { return true; }, [this] { seat.emit(CallMoved{1, CallState::failed, "relay"}); });
  expect([this] { return seat.started.size() == 2 && talking(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(2, seat.started.back().connection);
}

TEST(consult, a_connection_that_never_comes_is_made_again) {
  seat.connects = false;
  when([this] { return seat.started.size() == 2; }, [this] { seat.connects = true; });
  expect([this] { return seat.started.size() == 2 || seat.started.size() == 3; });
  staff_ends();
  play(talker());
  CHECK(record().outcome == Outcome::solved);
}

TEST(consult, live_lost) {
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

TEST(consult, live_lost_before_the_offer_was_answered) {
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

TEST(consult, live_and_relay_lost_for_good) {
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

TEST(consult, two_offers) {
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

TEST(consult, handed_over_to_another_desk) {
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

TEST(consult, handed_over_with_a_wait_in_between) {
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

TEST(consult, held) {
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

TEST(consult, microphone_and_camera_are_closed_by_one_press) {
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

TEST(consult, booth_opened) {
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

TEST(consult, camera_unplugged) {
  when(while_talking(), [this] { seat.become_ready(1, false, true); });
  expect([this] { return says("consult_call.no_camera") && !on_screen()->camera; });
  when([] { return true; }, [this] { CHECK(find_control(rig.front.now, "camera") == nullptr); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, seat.started.size());
  CHECK_FALSE(city.all<consult::Open>().back().camera);
}

TEST(consult, no_camera_and_no_microphone) {
  seat.become_ready(1, false, false);
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, seat.all<Preview>().size());
  CHECK_FALSE(seat.started[0].camera);
  CHECK_FALSE(seat.started[0].microphone);
}

TEST(consult, not_heard) {
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

TEST(consult, each_step_of_the_ladder_is_said) {
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

TEST(consult, text_both_ways_key_by_key) {
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

TEST(consult, a_page_to_look_at_together) {
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

TEST(consult, paper_printed) {
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

TEST(consult, paper_declined) {
  offer_paper();
  press("paper.no");
  expect([this] { return !on_screen()->question.has_value(); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, rig.printer.jobs.size());
  CHECK(city.all<consult::PaperMoved>()[0].answer == consult::PaperAnswer::declined);
}

TEST(consult, a_paper_that_is_offered_twice_is_asked_for_once) {
  const auto paper = offer_paper();
  when([] { return true; }, [this, paper] { city.tell(paper); });
  press("paper.yes");
  expect([this] { return says("consult_call.printed") && !on_screen()->question; });
  staff_ends();
  play(talker());
  LONGS_EQUAL(1, rig.printer.jobs.size());
}

TEST(consult, printer_jam_of_pushed_paper) {
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

TEST(consult, what_is_no_pdf_is_not_printed) {
  city.pdf = to_bytes(as_bytes(std::string("\x1b%-12345X@PJL")));
  offer_paper();
  press("paper.yes");
  expect([this] { return says("consult_call.not_printed"); });
  staff_ends();
  play(talker());
  LONGS_EQUAL(0, rig.printer.jobs.size());
}

TEST(consult, power_cut) {
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

TEST(consult, form_signed_with_the_card) {
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

TEST(consult, a_signature_that_the_city_refuses_is_not_called_signed) {
  city.form_verdict = consult::FormVerdict::not_signed;
  sign_form();
  CHECK(signed_shown == "consult_signed.refused");
}

TEST(consult, a_signature_that_the_city_says_nothing_of_is_not_called_signed) {
  city.form_verdict.reset();
  sign_form();
  CHECK(signed_shown == "consult_signed.refused");
}

TEST(consult, form_declined) {
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

TEST(consult, a_wrong_pin_costs_one_try_and_the_call_goes_on) {
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

TEST(consult, nothing_said_reaches_the_record_or_the_journal) {
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
