#pragma once
// Plays consultations at one kiosk: a resident, the city and kiosk-call, with what happens between
// them as scenes.

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include <CppUTest/TestHarness.h>

#include "tests/visit/consult_world.h"
#include "tests/visit/slip_roll.h"

namespace madoguchi::test {

/// What happens next, and when.
struct Scene {
  std::function<bool()> when;
  std::function<void()> what;
};

inline consult::TopicNow open_topic(consult::Topic topic) {
  consult::TopicNow now;
  now.topic = topic;
  now.open = true;
  now.hours = "09:00-17:15";
  return now;
}

/// Somebody who wants to talk, agrees, and is content.
inline Resident talker() {
  return {{"welcome", {"service.consult"}},     {"consult_topics", {"topic.general"}},
          {"consult_consent", {"agree"}},       {"consult_preview", {"call"}},
          {"consult_satisfaction", {"rate.5"}}, {"consult_over", {"end"}}};
}

class ConsultPlay : public Utest {
 public:
  Rig rig;
  CallWorker seat;
  ConsultCity city{rig.gateway};
  DoorOfBooth door;
  SlipRoll roll{rig.timers};
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
    city.topics = {open_topic(consult::Topic::general), open_topic(consult::Topic::lawyer)};
    city.topics.back().booth = true;
    city.pdf = to_bytes(as_bytes(std::string("%PDF-1.7 a page")));
    seat.become_ready(1);
  }

  /// The city has two times for a call, and the kiosk a waiting room and slips.
  void offer_times() {
    rig.settings.queue = true;
    rig.settings.queue_file = rig.directory() + "/queue.cbor";
    rig.receipt_printer = &roll;
    rig.typesetter = &roll;
    rig.gateway.queue = [this](const HttpCall& call) { return city.queue(call); };
    for (const std::int64_t at : {1'795'150'800, 1'795'154'400}) {
      const std::string id = "call-general-" + std::to_string(at);
      city.free_calls.push_back({id, {}, {}, at, 30, 1, consult::Topic::general});
    }
  }
  /// The second time that is free, from the list to the paper.
  static void book_second(Resident& resident) {
    resident["queue_slots"] = {"slot.call-general-1795154400"};
    resident["queue_review"] = {"book"};
    resident["queue_booked"] = {"end"};
  }
  void second_was_booked() {
    LONGS_EQUAL(1, city.booked.size());
    CHECK(city.booked[0] == "call-general-1795154400");
    LONGS_EQUAL(1, roll.printed.size());
    const Slip& slip = roll.printed[0];
    CHECK(slip.code == queue::booking_qr("12345674"));
    CHECK(slip.advice.front().key == "queue_booked.come_to_call");
    const auto& lines = std::get<Notice>(rig.front.last("queue_booked")->body).lines;
    CHECK(lines.front().key == "queue_booked.take_slip");
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
      if (!until) until = rig.timers.now() + std::chrono::seconds(15);
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
  void staff_ends(consult::Outcome outcome = consult::Outcome::solved) {
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

}  // namespace madoguchi::test
