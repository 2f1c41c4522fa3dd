// Consultations at the real gateway, over real TLS: the API, the kiosk's live connection as
// kiosk-link has it, what nobody else gets, a gateway that was started again.

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/contract/gateway/live_ends.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

namespace {

constexpr const char* calls = "/v1/consultations";
constexpr const char* file = R"toml(
[rules]
needs_somebody = false
[[topic]]
topic = "general"
hours = "00:00-24:00"
[[topic]]
topic = "doctor"
hours = "00:00-24:00"
booth = true
[[desk]]
desk = "kurashi"
name = "くらし相談"
topics = ["general", "doctor"]
)toml";

std::vector<std::string> options() {
  const OwnFolder& at = SharedCity::get().directory();
  return {"--consult", at.put("consult.toml", file), "--relay-secret",
          at.put("relay.secret", "a secret of the relay\n")};
}

}  // namespace

TEST_GROUP(GatewayConsult) {
  GatewayProcess gateway{options()};
  Kiosk kiosk{gateway};
  Kiosk other{gateway, "kiosk-002"};
  const std::string call = random_uuid();
  asio::io_context loop{1};
  SystemTimers timers;

  consult::Ask ask(consult::Topic topic = consult::Topic::general) const {
    return {call, topic, "ja", {}, false};
  }
  std::string path(const std::string& step) const {
    return std::string(calls) + "/" + call + "/" + step;
  }
  /// What this kiosk is told after it has said `said` on a new live connection.
  consult::Told told_after(const consult::Said& said) {
    const SharedCity& city = SharedCity::get();
    KioskLink link(
        timers, gateway.kiosk_address(),
        {city.pki("gateway-ca.pem"), city.pki("kiosk-001.pem"), city.pki("kiosk-001.key")});
    asio::cancellation_signal stop;
    bool over = false;
    asio::co_spawn(
        loop, link.link->run(),
        asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr&) { over = true; }));
    until([&] { return link.up(); });
    link.say(said);
    until([&] { return !link.heard.empty(); });
    stop.emit(asio::cancellation_type::all);
    until([&] { return over; });
    const auto message = decode<desk::LiveToKiosk>(as_bytes(link.heard.back()), Dialect::json);
    if (!message) FAIL(message.error().text().c_str());
    return std::get<consult::Told>(*message);
  }
  void until(const std::function<bool()>& reached) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!reached()) {
      loop.restart();
      loop.run_for(2ms);
      if (std::chrono::steady_clock::now() > deadline) FAIL("it did not come to that");
    }
  }
};

TEST(GatewayConsult, what_is_offered_and_what_is_refused) {
  const auto topics = Kiosk::expect<consult::Topics>(kiosk.get("/v1/consultations/topics"));
  LONGS_EQUAL(2, topics.topics.size());
  CHECK(topics.topics[0].open);
  CHECK(topics.topics[1].booth);
  STRCMP_EQUAL("00:00-24:00", topics.topics[0].hours.c_str());
  Kiosk::refused(kiosk.post(calls, ask(consult::Topic::lawyer)), 403, api::Refusal::closed);
  Kiosk::refused(kiosk.post(calls, ask(consult::Topic::doctor)), 403, api::Refusal::not_available);
  Kiosk::refused(kiosk.post_json(calls, "{}"), 400, api::Refusal::malformed);
  LONGS_EQUAL(405, kiosk.post_json("/v1/consultations/topics", "{}").status);
}

TEST(GatewayConsult, a_call_is_its_kiosks_alone) {
  const std::string key = random_uuid();
  LONGS_EQUAL(1, Kiosk::expect<consult::Standing>(kiosk.post(calls, ask(), key), 201).position);
  LONGS_EQUAL(1, Kiosk::expect<consult::Standing>(kiosk.post(calls, ask(), key), 201).position);
  const auto pass =
      Kiosk::expect<consult::RelayPass>(kiosk.post(path("relay"), consult::RelayAsk{1}));
  STRCMP_EQUAL((std::to_string(pass.expires_at) + ":kiosk-001").c_str(), pass.user.c_str());
  LONGS_EQUAL(28, pass.password.size());
  Kiosk::refused(other.post(path("relay"), consult::RelayAsk{1}), 404, api::Refusal::unknown_visit);
  Kiosk::refused(other.post(calls, ask()), 404, api::Refusal::unknown_visit);
  Kiosk::refused(other.get(path("papers/x")), 404, api::Refusal::unknown_visit);
  CHECK(gateway.log().find(call) == std::string::npos);
  CHECK(gateway.log().find(pass.password) == std::string::npos);
}

TEST(GatewayConsult, here_is_answered_with_what_stands) {
  Kiosk::expect<consult::Standing>(kiosk.post(calls, ask()), 201);
  const consult::Told told = told_after({call, consult::Here{0}});
  STRCMP_EQUAL(call.c_str(), told.call.c_str());
  LONGS_EQUAL(1, std::get<consult::Waiting>(told.what).position);
}

TEST(GatewayConsult, a_gateway_that_was_started_again_says_that_the_call_is_over) {
  Kiosk::expect<consult::Standing>(kiosk.post(calls, ask()), 201);
  gateway.restart_after_power_cut();
  const consult::Told told = told_after({call, consult::Here{0}});
  CHECK(std::get<consult::Over>(told.what).outcome == consult::Outcome::broken);
  Kiosk again{gateway};
  consult::Record record;
  record.language = "ja";
  record.began_at = 1'795'000'000;
  record.outcome = consult::Outcome::broken;
  const std::string key = random_uuid();
  CHECK(Kiosk::expect<api::Settled>(again.post(path("record"), record, key)).recorded);
  CHECK(Kiosk::expect<api::Settled>(again.post(path("record"), record, key)).recorded);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM consult_records"));
}

TEST(GatewayConsult, without_a_file_there_are_none) {
  GatewayProcess bare;
  Kiosk there{bare};
  LONGS_EQUAL(404, there.get("/v1/consultations/topics").status);
  LONGS_EQUAL(404, there.post(calls, ask()).status);
}
