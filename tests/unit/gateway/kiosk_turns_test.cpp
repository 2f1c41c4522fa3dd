#include "tools/gateway/kiosk_turns.h"

#include <optional>
#include <vector>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP(KioskTurns) {
  asio::io_context loop;
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  std::vector<std::string> story;

  /// Takes a turn, works for some time, gives it back.
  void ask(KioskTurns & turns, const std::string& kiosk, const std::string& name,
           Timers::Duration work) {
    asio::co_spawn(
        loop,
        [](KioskTurns& from, std::string who, std::string what, Timers::Duration how_long,
           Timers& clock, std::vector<std::string>& log) -> Task<void> {
          auto turn = co_await from.take(who);
          if (const auto* refused = std::get_if<Refused>(&turn)) {
            log.push_back(what + " " + std::to_string(refused->status));
            co_return;
          }
          log.push_back(what + " begins");
          co_await clock.sleep(how_long);
          log.push_back(what + " ends");
        }(turns, kiosk, name, work, timers, story),
        asio::detached);
    settle();
  }

  void settle() {
    loop.restart();
    loop.poll();
  }

  void pass(Timers::Duration time) {
    timers.advance(time);
    settle();
  }

  void told(const std::vector<std::string>& expected) {
    std::string all;
    for (const auto& line : story) all += line + "; ";
    std::string wanted;
    for (const auto& line : expected) wanted += line + "; ";
    STRCMP_EQUAL(wanted.c_str(), all.c_str());
  }
};

TEST(KioskTurns, one_kiosk_one_after_another_in_order) {
  KioskTurns turns(timers, {});
  ask(turns, "kiosk-001", "a", 1s);
  ask(turns, "kiosk-001", "b", 1s);
  ask(turns, "kiosk-001", "c", 1s);
  told({"a begins"});
  pass(1s);
  told({"a begins", "a ends", "b begins"});
  pass(1s);
  pass(1s);
  told({"a begins", "a ends", "b begins", "b ends", "c begins", "c ends"});
}

TEST(KioskTurns, kiosks_do_not_wait_for_each_other) {
  KioskTurns turns(timers, {});
  ask(turns, "kiosk-001", "a", 1s);
  ask(turns, "kiosk-002", "b", 1s);
  told({"a begins", "b begins"});
  pass(1s);
}

TEST(KioskTurns, the_line_has_an_end) {
  KioskTurns turns(timers, {.most_waiting = 1});
  ask(turns, "kiosk-001", "a", 1s);
  ask(turns, "kiosk-001", "b", 1s);
  ask(turns, "kiosk-001", "c", 1s);
  told({"a begins", "c 503"});
  pass(1s);
  pass(1s);
  told({"a begins", "c 503", "a ends", "b begins", "b ends"});
}

TEST(KioskTurns, who_waited_too_long_leaves_and_the_next_is_served) {
  KioskTurns turns(timers, {.patience = 2s});
  ask(turns, "kiosk-001", "a", 3s);
  ask(turns, "kiosk-001", "b", 1s);
  pass(1s);
  ask(turns, "kiosk-001", "c", 1s);
  pass(1s);
  told({"a begins", "b 503"});
  pass(1s);
  told({"a begins", "b 503", "a ends", "c begins"});
  pass(1s);
}

TEST(KioskTurns, asking_too_often_is_refused_until_time_passes) {
  KioskTurns turns(timers, {.requests_per_s = 1, .burst = 2});
  ask(turns, "kiosk-001", "a", 0s);
  pass(0s);
  ask(turns, "kiosk-001", "b", 0s);
  pass(0s);
  ask(turns, "kiosk-001", "c", 0s);
  ask(turns, "kiosk-002", "d", 0s);
  pass(1s);
  ask(turns, "kiosk-001", "e", 0s);
  pass(0s);
  told({"a begins", "a ends", "b begins", "b ends", "c 503", "d begins", "d ends", "e begins",
        "e ends"});
}
