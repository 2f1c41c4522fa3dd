// A staged rollout over fifty kiosks: a release that is bad stops at its first group.
#include <functional>

#include <CppUTest/TestHarness.h>

#include "tests/contract/update_server/update_server.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

constexpr int kiosks = 50;

std::string id(int number) {
  return "kiosk-" + std::string(number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

// clang-format off
TEST_GROUP(Rollout) {
  asio::io_context loop;
  SystemTimers timers;
  UpdateServer server{false, {"--sleep", "00:00:00"}};
  std::vector<std::unique_ptr<KioskLink>> links;
  std::vector<std::string> versions = std::vector<std::string>(kiosks, "1.0");

  /// Each kiosk tries what it is offered, and says how that ended: every `bad`-th of them goes back.
  void start(int bad) {
    server.make_bundle("madoguchi", "2.0", 10'000);
    for (int i = 0; i < kiosks; ++i) server.command("target " + id(i) + " t" + std::to_string(i));
    for (int i = 0; i < kiosks; ++i) {
      links.push_back(std::make_unique<KioskLink>(loop, timers, server, id(i), "TargetToken t" + std::to_string(i)));
      KioskLink& link = *links.back();
      link.listener = [this, &link, i, bad](const LinkToKiosk& message) {
        if (!std::holds_alternative<UpdateOffer>(message)) return;
        const bool fails = bad > 0 && i % bad == 0;
        versions[static_cast<std::size_t>(i)] = fails ? "1.0" : "2.0";
        link.ddi->handle(link.say(fails ? UpdatePhase::failed : UpdatePhase::succeeded));
      };
    }
    server.command("rollout madoguchi 5 90 30");
  }
  Task<void> run_from(std::size_t first) {
    if (first + 1 == links.size()) {
      co_await links[first]->ddi->run();
    } else {
      co_await (links[first]->ddi->run() && run_from(first + 1));
    }
  }
  void run_until(const char* text) {
    run_until([&] { return server.has_said(text); });
  }
  void run_until(const std::function<bool()>& reached) {
    const auto watch = [&]() -> Task<void> {
      while (!reached()) co_await timers.sleep(10ms);
    };
    const auto all = [&]() -> Task<void> { co_await (run_from(0) || watch()); };
    run_task(loop, all(), 120s);
  }
  int updated() const {
    return static_cast<int>(std::count(versions.begin(), versions.end(), "2.0"));
  }
};
// clang-format on

TEST(Rollout, a_good_release_reaches_all_fifty) {
  start(0);
  // The last group is over at its threshold; what is left of it comes in the same way.
  run_until("rollout finished");
  run_until(
      [&] { return server.command("rollout-status") == "finished group 5 {\"finished\": 50}"; });
  CHECK_EQUAL(kiosks, updated());
}

TEST(Rollout, failures_beyond_the_threshold_stop_it_and_the_others_keep_their_version) {
  start(2);  // five of the ten kiosks of the first group go back
  run_until("rollout paused in group 1");
  for (int i = 10; i < kiosks; ++i) {
    STRCMP_EQUAL("1.0", versions[static_cast<std::size_t>(i)].c_str());
    CHECK(links[static_cast<std::size_t>(i)]->offers.empty());
  }
  CHECK(updated() <= 5);
  STRNCMP_EQUAL("paused group 1", server.command("rollout-status").c_str(), 14);
}
