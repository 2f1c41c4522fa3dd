#include "firmware/base/timers.h"

#include <string>
#include <variant>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

using std::chrono::milliseconds;

Task<void> note(Timers& timers, milliseconds duration, std::string name, std::string& log) {
  co_await timers.sleep(duration);
  log += name;
}

Task<int> number_after(Timers& timers, milliseconds duration, int number) {
  co_await timers.sleep(duration);
  co_return number;
}

Task<std::variant<int, std::string>> second_of_two(Timers& timers, milliseconds duration) {
  co_await timers.sleep(duration);
  co_return std::string("second");
}

}  // namespace

TEST_GROUP(Timers) {
  asio::io_context loop{1};
  VirtualTimers timers{Timers::Wall(std::chrono::hours(10))};
  std::string log;

  void spawn(milliseconds duration, const char* name) {
    asio::co_spawn(loop, note(timers, duration, name, log), asio::detached);
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(int ms) {
    timers.advance(milliseconds(ms));
    poll();
  }
};

TEST(Timers, sleepers_wake_when_their_time_has_come) {
  spawn(milliseconds(20), "b");
  spawn(milliseconds(10), "a");
  spawn(milliseconds(30), "c");
  poll();
  milliseconds due{};
  CHECK(timers.next_due(due));
  LONGS_EQUAL(10, due.count());
  advance(9);
  STRCMP_EQUAL("", log.c_str());
  advance(1);
  STRCMP_EQUAL("a", log.c_str());
  advance(15);
  STRCMP_EQUAL("ab", log.c_str());
  CHECK(timers.next_due(due));
  LONGS_EQUAL(5, due.count());
  advance(1000);
  STRCMP_EQUAL("abc", log.c_str());
  CHECK_FALSE(timers.next_due(due));
}

TEST(Timers, no_time_at_all_needs_no_step) {
  spawn(milliseconds(0), "a");
  spawn(milliseconds(-5), "b");
  poll();
  STRCMP_EQUAL("ab", log.c_str());
}

TEST(Timers, both_clocks_move_and_the_wall_may_jump) {
  const auto before = timers.now();
  timers.advance(milliseconds(500));
  CHECK(timers.now() - before == milliseconds(500));
  CHECK(timers.wall() == Timers::Wall(std::chrono::hours(10) + milliseconds(500)));
  spawn(milliseconds(10), "a");
  poll();
  timers.set_wall(Timers::Wall(std::chrono::hours(99)));
  poll();
  STRCMP_EQUAL("", log.c_str());
  advance(10);
  STRCMP_EQUAL("a", log.c_str());
}

TEST(Timers, cancelling_throws_and_forgets_the_sleeper) {
  bool threw = false;
  asio::cancellation_signal signal;
  asio::co_spawn(loop, timers.sleep(milliseconds(10)),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr error) { threw = error != nullptr; }));
  poll();
  signal.emit(asio::cancellation_type::terminal);
  poll();
  CHECK(threw);
  milliseconds due{};
  CHECK_FALSE(timers.next_due(due));
}

TEST(Timers, within_gives_the_result_or_nothing) {
  std::optional<int> early;
  std::optional<int> late = 1;
  const auto run = [](Timers& clock, milliseconds work, std::optional<int>& out) -> Task<void> {
    out = co_await within(clock, milliseconds(50), number_after(clock, work, 7));
  };
  asio::co_spawn(loop, run(timers, milliseconds(49), early), asio::detached);
  asio::co_spawn(loop, run(timers, milliseconds(51), late), asio::detached);
  poll();
  advance(49);
  CHECK(early == 7);
  advance(1);
  CHECK_FALSE(late.has_value());
  milliseconds due{};
  CHECK_FALSE(timers.next_due(due));  // the loser was cancelled
}

TEST(Timers, within_keeps_a_variant_whole) {
  std::optional<std::variant<int, std::string>> out;
  const auto run = [](Timers& clock,
                      std::optional<std::variant<int, std::string>>& result) -> Task<void> {
    result = co_await within(clock, milliseconds(50), second_of_two(clock, milliseconds(10)));
  };
  asio::co_spawn(loop, run(timers, out), asio::detached);
  poll();
  advance(10);
  CHECK(out.has_value());
  STRCMP_EQUAL("second", std::get<1>(*out).c_str());
}

TEST(Timers, within_passes_a_cancellation_on) {
  bool threw = false;
  asio::cancellation_signal signal;
  asio::co_spawn(loop, within(timers, milliseconds(50), number_after(timers, milliseconds(10), 1)),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr error, const std::optional<int>&) {
                       threw = error != nullptr;
                     }));
  poll();
  signal.emit(asio::cancellation_type::terminal);
  poll();
  CHECK(threw);
}

TEST(Timers, the_system_clock_runs) {
  SystemTimers system;
  const auto before = system.now();
  asio::co_spawn(loop, note(system, milliseconds(1), "a", log), asio::detached);
  loop.restart();
  loop.run();
  STRCMP_EQUAL("a", log.c_str());
  CHECK(system.now() - before >= milliseconds(1));
}

}  // namespace madoguchi
