// Poll, offer, feedback, cancel, attributes, and how a kiosk shows who it is.
#include <CppUTest/TestHarness.h>

#include "tests/contract/update_server/update_server.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

// clang-format off
TEST_GROUP(DdiContract) {
  asio::io_context loop;
  SystemTimers timers;
  UpdateServer server{false, {"--sleep", "00:00:00"}};

  void setup() override {
    server.make_bundle("madoguchi", "1.2", 100'000);
    server.command("target kiosk-001 hidden");
  }
  KioskLink kiosk(const std::string& authorization = "TargetToken hidden") {
    return KioskLink(loop, timers, server, "kiosk-001", authorization);
  }
};
// clang-format on

TEST(DdiContract, attributes_are_sent_once_when_the_server_wants_them) {
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  bool sent = false;
  link.run_until([&] { return sent = sent || server.has_said("attributes kiosk-001 replace"); });
  STRCMP_EQUAL("idle {\"kiosk\": \"kiosk-001\", \"version\": \"1.0\"}",
               server.command("status kiosk-001").c_str());
}

TEST(DdiContract, an_offer_says_what_it_is) {
  const std::string action = server.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.offers.empty(); });
  const UpdateOffer& offer = link.offers.front();
  STRCMP_EQUAL(action.c_str(), offer.action.c_str());
  STRCMP_EQUAL("1.2", offer.version.c_str());
  STRCMP_EQUAL("madoguchi.raucb", offer.file.c_str());
  CHECK_EQUAL(100'000, offer.bytes);
  CHECK(offer.may_fetch);
  CHECK(offer.may_install);
  CHECK(link.source->artifact().has_value());
}

TEST(DdiContract, soft_may_be_installed_download_only_and_a_closed_window_not_yet) {
  struct Case {
    const char* how;
    bool install;
  };
  for (const Case& each :
       {Case{"soft", true}, Case{"download-only", false}, Case{"closed-window", false}}) {
    const std::string action =
        server.command(std::string("assign kiosk-001 madoguchi ") + each.how);
    KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
    link.run_until([&] { return !link.offers.empty(); });
    STRCMP_EQUAL(action.c_str(), link.offers.front().action.c_str());
    CHECK(link.offers.front().may_fetch);
    CHECK_EQUAL_TEXT(each.install, link.offers.front().may_install, each.how);
  }
}

TEST(DdiContract, progress_and_the_end_are_told_with_details) {
  server.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.offers.empty(); });
  link.ddi->handle(link.say(UpdatePhase::installing));
  bool seen = false;
  link.run_until([&] { return seen = seen || server.has_said("proceeding none"); });
  link.ddi->handle(link.say(UpdatePhase::failed, {"self_test: printer: 用紙切れ"}));
  link.run_until([&] { return !link.told.empty(); });
  const std::string said = server.wait_for("closed failure");
  CHECK(said.find("用紙切れ") != std::string::npos);
  CHECK_FALSE(link.source->artifact().has_value());
}

TEST(DdiContract, an_end_outlives_a_server_that_is_away) {
  server.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.offers.empty(); });
  server.command("busy 5");
  link.ddi->handle(link.say(UpdatePhase::succeeded));
  link.run_until([&] { return !link.told.empty(); });
  (void)server.wait_for("closed success");
  STRCMP_EQUAL("idle", server.command("status kiosk-001").substr(0, 4).c_str());
}

TEST(DdiContract, cancelled_in_time) {
  const std::string action = server.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.offers.empty(); });
  server.command("cancel " + action);
  link.run_until([&] { return !link.withdrawn.empty(); });
  STRCMP_EQUAL(action.c_str(), link.withdrawn.front().action.c_str());
  UpdateStopAnswer answer;
  answer.stop = link.withdrawn.front().stop;
  answer.stopped = true;
  link.ddi->handle(answer);
  bool seen = false;
  link.run_until([&] { return seen = seen || server.has_said("cancel kiosk-001"); });
  STRCMP_EQUAL("idle", server.command("status kiosk-001").substr(0, 4).c_str());
}

TEST(DdiContract, cancelled_too_late_the_action_stays_open) {
  const std::string action = server.command("assign kiosk-001 madoguchi forced");
  server.command("cancel " + action);
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.withdrawn.empty(); });
  UpdateStopAnswer answer;
  answer.stop = link.withdrawn.front().stop;
  answer.detail = "too late: the update is installing";
  link.ddi->handle(answer);
  link.run_until([&] { return !link.offers.empty(); });
  STRCMP_EQUAL("open", server.command("status kiosk-001").substr(0, 4).c_str());
}

TEST(DdiContract, a_deployment_without_a_bundle_is_closed_with_the_reason) {
  server.command("bundle other 3 " + std::string(MADOGUCHI_SOURCE_DIR) + "/LICENSE");
  server.command("assign kiosk-001 other forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.told.empty(); });
  CHECK(server.wait_for("closed failure").find("no .raucb file") != std::string::npos);
  CHECK(link.offers.empty());
}

TEST(DdiContract, a_wrong_token_gets_nothing) {
  server.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, server, "kiosk-001", "TargetToken guessed");
  const auto until = timers.now() + 300ms;
  link.run_until([&] { return timers.now() >= until; });
  CHECK(link.offers.empty());
}

TEST(DdiContract, the_servers_interval_counts) {
  UpdateServer slow(false, {"--sleep", "00:20:00"});
  slow.make_bundle("madoguchi", "1.2", 1000);
  slow.command("target kiosk-001 hidden");
  slow.command("assign kiosk-001 madoguchi soft");
  KioskLink link(loop, timers, slow, "kiosk-001", "TargetToken hidden");
  link.run_until([&] { return !link.offers.empty(); });
  CHECK(link.ddi->sleep() == 20min);
}

TEST(DdiContract, over_tls_a_client_certificate_is_enough) {
  UpdateServer secure(true, {"--sleep", "00:00:00"});
  secure.make_bundle("madoguchi", "1.2", 1000);
  secure.command("target kiosk-001");
  secure.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, secure, "kiosk-001", "", secure.client("kiosk-001"));
  link.run_until([&] { return !link.offers.empty(); });
  link.ddi->handle(link.say(UpdatePhase::succeeded));
  link.run_until([&] { return !link.told.empty(); });
}

TEST(DdiContract, over_tls_another_kiosks_certificate_is_not) {
  UpdateServer secure(true, {"--sleep", "00:00:00"});
  secure.make_bundle("madoguchi", "1.2", 1000);
  secure.command("target kiosk-001");
  secure.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, secure, "kiosk-001", "", secure.client("kiosk-002"));
  const auto until = timers.now() + 500ms;
  link.run_until([&] { return timers.now() >= until; });
  CHECK(link.offers.empty());
}

TEST(DdiContract, the_gateways_token_is_for_every_kiosk) {
  UpdateServer shared(false, {"--sleep", "00:00:00", "--gateway-token", "all"});
  shared.make_bundle("madoguchi", "1.2", 1000);
  shared.command("target kiosk-001 hidden");
  shared.command("assign kiosk-001 madoguchi forced");
  KioskLink link(loop, timers, shared, "kiosk-001", "GatewayToken all");
  link.run_until([&] { return !link.offers.empty(); });
}
