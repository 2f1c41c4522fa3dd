// What maintainers do with a kiosk between visits: it never meets a resident.

#include "firmware/visit/upkeep.h"

#include <CppUTest/TestHarness.h>

#include "firmware/visit/reception.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using visit::Activity;

TEST_GROUP(Upkeep) {
  Rig world;
  visit::Upkeep care;

  /// The reception, and beside it `maintainer`, until he is done.
  void with_reception(Resident resident, Task<void> maintainer) {
    visit::Desk desk = world.desk();
    visit::Reception reception(desk, &care);
    const auto both = [&]() -> Task<void> {
      co_await care.receive();
      Task<void> received = reception.run();
      co_await (std::move(received) || std::move(maintainer));
    };
    world.run_with(std::move(resident), both());
  }
};

TEST(Upkeep, a_chore_runs_between_visits_and_residents_read_that_it_takes_a_moment) {
  const auto maintainer = [](Rig& rig, visit::Upkeep& upkeep) -> Task<void> {
    co_await rig.timers.sleep(5s);
    CHECK(upkeep.activity() == Activity::idle);
    std::string screen;
    const visit::Upkeep::Chore chore = [&]() -> Task<void> {
      CHECK(upkeep.activity() == Activity::upkeep);
      screen = rig.front.now.name;
      co_await rig.timers.sleep(60s);
    };
    const auto began = rig.timers.now();
    Task<Status> run = upkeep.run(chore);
    const Status done = co_await std::move(run);
    CHECK(done.ok());
    STRCMP_EQUAL("upkeep", screen.c_str());
    const auto took = rig.timers.now() - began;
    CHECK(took >= 60s && took <= 63s);
    co_await rig.timers.sleep(3s);
    STRCMP_EQUAL("welcome", rig.front.now.name.c_str());
    CHECK(upkeep.activity() == Activity::idle);
  };
  with_reception({}, maintainer(world, care));
}

TEST(Upkeep, not_during_a_visit) {
  const auto maintainer = [](Rig& rig, visit::Upkeep& upkeep) -> Task<void> {
    while (rig.front.now.name != "pin") co_await rig.timers.sleep(100ms);
    CHECK(upkeep.activity() == Activity::certificate);
    bool ran = false;
    const visit::Upkeep::Chore chore = [&]() -> Task<void> {
      ran = true;
      co_return;
    };
    Task<Status> run = upkeep.run(chore);
    const Status refused = co_await std::move(run);
    CHECK(!refused.ok() && refused.error().code == Errc::busy);
    CHECK_FALSE(ran);
  };
  // The resident stops at the PIN.
  with_reception(
      {{"welcome", {"service.certificate"}}, {"place_card", {"#insert"}}, {"pin", {"#wait"}}},
      maintainer(world, care));
}

TEST(Upkeep, one_chore_at_a_time_and_a_maintainer_may_go) {
  const auto maintainer = [](Rig& rig, visit::Upkeep& upkeep) -> Task<void> {
    co_await rig.timers.sleep(5s);
    const auto ended = std::make_shared<bool>(false);  // shared with the chore, which may outlive
    const visit::Upkeep::Chore chore = [&rig, ended]() -> Task<void> {
      struct End {
        std::shared_ptr<bool> flag;  // shared with the test
        ~End() { *flag = true; }
      } const end{ended};
      co_await rig.timers.sleep(1h);
    };
    Task<Status> first = upkeep.run(chore);
    const auto second = [](Rig& on, visit::Upkeep& of) -> Task<Status> {
      co_await on.timers.sleep(10s);
      CHECK(of.occupied());
      const visit::Upkeep::Chore nothing = []() -> Task<void> { co_return; };
      Task<Status> run = of.run(nothing);
      co_return co_await std::move(run);
    };
    // The first one's client goes when the second is answered.
    Task<Status> other = second(rig, upkeep);
    auto either = co_await (std::move(first) || std::move(other));
    LONGS_EQUAL(1, either.index());
    CHECK(!std::get<1>(either).ok());
    co_await rig.timers.sleep(1s);
    CHECK(*ended);
    co_await rig.timers.sleep(5s);
    CHECK(upkeep.activity() == Activity::idle);
  };
  with_reception({}, maintainer(world, care));
}

TEST(Upkeep, before_anybody_is_received_a_chore_runs_at_once) {
  const auto maintainer = [](Rig& rig, visit::Upkeep& upkeep) -> Task<void> {
    int step = 0;
    const visit::Upkeep::Chore chore = [&]() -> Task<void> {
      co_await rig.timers.sleep(5s);
      step = 1;
    };
    const auto received = [](visit::Upkeep& of, int& done) -> Task<int> {
      co_await of.receive();
      co_return done;
    };
    Task<Status> run = upkeep.run(chore);
    Task<int> reception = received(upkeep, step);
    const auto [status, seen] = co_await (std::move(run) && std::move(reception));
    CHECK(status.ok());
    LONGS_EQUAL(1, seen);  // the reception waited until the devices were free
  };
  world.run(maintainer(world, care));
}
