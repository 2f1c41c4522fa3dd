// Numbers at the real gateway: a report counts once however often it is told, and leaves no trace
// of who told it; what is published is public.
#include <chrono>

#include <CppUTest/TestHarness.h>

#include "firmware/message/numbers_api.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr const char* flows = "/v1/flows";

madoguchi::numbers::FlowReport report() {
  madoguchi::numbers::FlowReport out;
  out.outcome = madoguchi::numbers::FlowOutcome::left;
  out.ended_at = "pin";
  out.language = "ja";
  // Of today: the gateway forgets what is years old.
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  out.hour = now - now % 3600;
  out.steps = {{"place_card", 5}, {"pin", 90}, {"still_there", 30}, {"error", 10}};
  return out;
}

}  // namespace

TEST_GROUP(GatewayNumbers) {
  GatewayProcess gateway;
  Kiosk kiosk{gateway};
};

TEST(GatewayNumbers, a_report_counts_once_and_tells_of_nobody) {
  const std::string key = random_uuid();
  for (int i = 0; i < 3; ++i)
    CHECK(Kiosk::expect<api::Settled>(kiosk.post(flows, report(), key)).recorded);
  LONGS_EQUAL(1, gateway.ask_database("SELECT SUM(uses) FROM flow_counts WHERE ended_at = 'pin'"));
  LONGS_EQUAL(4, gateway.ask_database("SELECT SUM(uses) FROM flow_steps"));
  LONGS_EQUAL(0, gateway.ask_database("SELECT COUNT(*) FROM answers WHERE visit <> ''"));
  CHECK(gateway.log().find(key) == std::string::npos);
}

TEST(GatewayNumbers, a_report_survives_a_power_cut_of_the_gateway) {
  const std::string key = random_uuid();
  (void)Kiosk::expect<api::Settled>(kiosk.post(flows, report(), key));
  gateway.restart_after_power_cut();
  Kiosk again(gateway);
  (void)Kiosk::expect<api::Settled>(again.post(flows, report(), key));
  LONGS_EQUAL(1, gateway.ask_database("SELECT SUM(uses) FROM flow_counts"));
}

TEST(GatewayNumbers, impossible_reports) {
  auto wrong = report();
  wrong.hour += 1;
  Kiosk::refused(kiosk.post(flows, wrong), 400, api::Refusal::malformed);
  wrong = report();
  wrong.steps.clear();
  Kiosk::refused(kiosk.post(flows, wrong), 400, api::Refusal::malformed);
  Kiosk::refused(kiosk.post_json(flows, R"({"flow":"certificate"})"), 400, api::Refusal::malformed);
  LONGS_EQUAL(405, kiosk.get(flows).status);
  LONGS_EQUAL(404, kiosk.post(std::string(flows) + "/x/y", report()).status);
  LONGS_EQUAL(0, gateway.ask_database("SELECT COUNT(*) FROM flow_counts"));
}
