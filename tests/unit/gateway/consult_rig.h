#pragma once
// Calls by video without a network: what kiosks and consoles say, and what each was told.

#include <ranges>

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/queue_rig.h"
#include "tools/gateway/consult/consultations.h"

namespace madoguchi::gateway {

inline constexpr const char* consult_plan_file = R"toml(
[rules]
kiosk_grace_s = 60
desk_grace_s = 30
[[topic]]
topic = "general"
hours = "08:00-17:00"
[[topic]]
topic = "welfare"
hours = "08:00-17:00"
[[topic]]
topic = "lawyer"
hours = "13:00-16:00"
booth = true
booked_only = true
[[desk]]
desk = "kurashi"
name = "くらし相談"
topics = ["general"]
[[desk]]
desk = "fukushi"
name = "福祉相談"
topics = ["welfare"]
[[desk]]
desk = "houritsu"
name = "法律相談"
topics = ["lawyer"]
accounts = ["bengoshi"]
[[desk]]
desk = "tsuyaku"
name = "通訳"
interprets = ["en", "vi"]
)toml";

/// 8-4-4-4-12 digits.
inline std::string uuid(int number) {
  std::string tail = std::to_string(number);
  return "00000000-0000-4000-8000-" + std::string(12 - tail.size(), '0') + tail;
}

/// The kiosk's or console's messages of one kind, oldest first.
template <class What>
std::vector<What> of_kind(const std::vector<consult::Told>& all) {
  std::vector<What> out;
  for (const consult::Told& one : all)
    if (const auto* what = std::get_if<What>(&one.what)) out.push_back(*what);
  return out;
}
template <class What>
std::vector<What> of_kind(const std::vector<ConsultNews>& all) {
  std::vector<What> out;
  for (const ConsultNews& one : all)
    if (const auto* what = std::get_if<What>(&one)) out.push_back(*what);
  return out;
}

/// A gateway's consultations with two kiosks and three consoles, no socket.
struct ConsultRig : Utest {
  struct Kiosk {
    std::vector<consult::Told> told;
    std::optional<LiveHub::Presence> presence;
  };
  struct Console {
    std::vector<ConsultNews> news;
    std::optional<Consultations::Seat> seat;
    void say(const ConsultOrder& order) { seat->heard(order); }
    /// As it was told last.
    [[nodiscard]] CallNews call(int number = 1) const {
      const auto all = of_kind<CallNews>(news);
      for (const CallNews& one : std::views::reverse(all))
        if (one.call == uuid(number)) return one;
      FAIL("this call was never told");
      return {};
    }
    [[nodiscard]] CallNo refused() const {
      const auto all = of_kind<CallRefused>(news);
      if (all.empty()) FAIL("nothing was refused");
      return all.back().why;
    }
  };

  QueueRig rig;
  LiveHub hub{rig.timers};
  ConsultPlan plan = QueueGateway::good(
      ConsultPlan::load(rig.directory.put("consult.toml", consult_plan_file), {}));
  RelayAccess access = QueueGateway::good(RelayAccess::load(
      rig.directory.put("secret", "north-star-0123456789\n"), "turns:r.test:443"));
  std::unique_ptr<Consultations> all = QueueGateway::good(
      Consultations::open({rig.one.store, rig.timers, hub, plan, &access, &rig.one.bookings}));
  Kiosk a, b;
  Console sato, mori, tanaka;

  void setup() override {
    arrive("kiosk-a", a);
    arrive("kiosk-b", b);
  }
  void teardown() override {
    for (Console* one : {&sato, &mori, &tanaka}) one->seat.reset();
    for (Kiosk* one : {&a, &b}) one->presence.reset();
    all.reset();
  }
  void arrive(const std::string& name, Kiosk& kiosk) {
    LiveHub::KioskEnd end;
    end.say = [&kiosk](const desk::LiveToKiosk& message) {
      kiosk.told.push_back(std::get<consult::Told>(message));
    };
    kiosk.presence.emplace(hub.arrive(name, std::move(end)));
  }
  void open(Console& console, const std::string& account, const std::string& desk,
            StaffRole role = StaffRole::staff) {
    console.seat.emplace(all->arrive(
        {account, role}, [&console](const ConsultNews& news) { console.news.push_back(news); }));
    if (!desk.empty()) console.say(SitAt{desk, "", 0});
  }
  Answer asked(const std::string& kiosk, int call, consult::Topic topic = consult::Topic::general,
               std::optional<std::string> booking = {}, bool booth = false) {
    return rig.one.answer(all->ask({kiosk, ""}, {uuid(call), topic, "ja", booking, booth}));
  }
  consult::Standing ask(const std::string& kiosk, int call) {
    const Answer answer = asked(kiosk, call);
    LONGS_EQUAL_TEXT(201, answer.status, as_text(answer.body).c_str());
    return QueueGateway::good(decode<consult::Standing>(answer.body, Dialect::json));
  }
  /// General's.
  consult::TopicNow topic_now() {
    const auto now = decode<consult::Topics>(all->topics().body, Dialect::json);
    return QueueGateway::good(now).topics.front();
  }
  void refused(const Answer& answer, api::Refusal code) {
    CHECK(answer.status >= 400);
    const auto error = QueueGateway::good(decode<api::ApiError>(answer.body, Dialect::json));
    CHECK_TEXT(error.code == code, as_text(answer.body).c_str());
  }
  void say(Kiosk& kiosk, int call, consult::FromKiosk what) {
    kiosk.presence->heard(consult::Said{uuid(call), std::move(what)});
  }
  void tell(Console& console, int call, consult::ToKiosk what) {
    console.say(consult::Told{uuid(call), std::move(what)});
  }
  void pass(std::chrono::milliseconds time) {
    rig.timers.advance(time);
    all->tick();
  }
  /// Kiosk a talks with sato about call 1.
  void talk() {
    open(sato, "sato", "kurashi");
    ask("kiosk-a", 1);
    sato.say(AnswerCall{uuid(1)});
    say(a, 1, consult::Description{1, "offer"});
  }
  std::vector<consult::Description> answers(const Kiosk& kiosk) {
    return of_kind<consult::Description>(kiosk.told);
  }
};

}  // namespace madoguchi::gateway
