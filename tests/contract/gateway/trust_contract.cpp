// What keeps a kiosk's trust in its gateway fresh: the signed time, the revocation list, and
// tickets that are good once. The firmware's own code asks the real gateway.
#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/file.h"
#include "firmware/crypto/signature.h"
#include "firmware/link/http_client.h"
#include "firmware/link/revocation_list.h"
#include "firmware/link/server_trust.h"
#include "firmware/link/trust_refresh.h"
#include "firmware/message/time_api.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayTrust) {
  asio::io_context loop{1};
  OwnFolder state;

  TlsFiles files() {
    const TlsClientSettings as = kiosk_settings("kiosk-001");
    return {as.ca, as.certificate, as.key};
  }
  ServerTrustSettings settings() {
    return {.ca = files().ca,
            .crl = state.path("missing.crl"),
            .state_dir = state.path(""),
            .seal_key = SharedCity::get().pki("seal.pem")};
  }
  std::unique_ptr<HttpClient> client(const GatewayProcess& gateway, Timers& timers, TrustUse use) {
    HttpServer server{"https://" + gateway.kiosk_address(), files()};
    server.trust = use;
    auto made = HttpClient::create(timers, server);
    if (!made) FAIL(made.error().text().c_str());
    return std::move(*made);
  }
};

TEST(GatewayTrust, the_time_is_signed_with_the_seal) {
  const GatewayProcess gateway;
  Kiosk kiosk(gateway);
  const HttpReply reply = kiosk.get("/v1/time");
  const auto answer = Kiosk::expect<api::SignedTime>(reply);
  const auto pem = read_file(SharedCity::get().pki("seal.pem"));
  const auto key = P256PublicKey::from_pem(*pem);
  CHECK(key->verify(api::time_message(answer.moment), answer.signature).ok());
  const auto moment = decode<api::Moment>(answer.moment);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  CHECK(moment->at_s <= now && moment->at_s > now - 60);
  LONGS_EQUAL(405, kiosk.post_json("/v1/time", "{}").status);
}

TEST(GatewayTrust, no_list_is_404) {
  const GatewayProcess gateway;
  Kiosk::refused(Kiosk(gateway).get("/v1/crl"), 404, api::Refusal::not_available);
}

TEST(GatewayTrust, a_kiosk_without_list_and_clock_gets_going_by_itself) {
  const GatewayProcess gateway({"--crl", SharedCity::get().pki("gateway-ca.crl")});
  VirtualTimers clock(std::chrono::system_clock::now());
  auto trust = ServerTrust::open(settings());
  CHECK(trust.ok());
  auto calls = client(gateway, clock, {trust->get(), false});
  const auto refused = run_task(loop, calls->connect(Timers::Duration(20'000)));
  CHECK_FALSE(refused.ok());
  STRCMP_CONTAINS("no revocation list is held", refused.error().text().c_str());

  auto asking = client(gateway, clock, {trust->get(), true});
  TrustRefresh refresh(clock, *asking, **trust);
  bool ended = false;
  asio::cancellation_signal stop;
  asio::co_spawn(
      loop, refresh.run(),
      asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { ended = true; }));
  loop.restart();
  for (int i = 0; i < 2000 && (*trust)->list() == nullptr; ++i)
    loop.run_for(std::chrono::milliseconds(5));
  CHECK((*trust)->list_is_fresh(clock.wall()));
  CHECK(run_task(loop, calls->connect(Timers::Duration(20'000))).ok());
  // The time was asked for before the list, and both outlive a restart.
  const auto again = ServerTrust::open(settings());
  CHECK((*again)->list_is_fresh(clock.wall()));
  CHECK((*again)->now({}) > clock.wall() - std::chrono::hours(1));
  stop.emit(asio::cancellation_type::terminal);
  loop.restart();
  for (int i = 0; i < 2000 && !ended; ++i) loop.run_for(std::chrono::milliseconds(5));
  CHECK(ended);
}

TEST(GatewayTrust, a_ticket_is_good_once) {
  const GatewayProcess gateway;
  TlsClientSettings as = kiosk_settings("kiosk-001");
  const auto ask = [&](TlsClient& client) {
    CHECK(client.send(request_text("GET", "/v1/health")));
    const auto reply = client.receive();
    CHECK(reply.has_value());
    LONGS_EQUAL(200, reply->status);
  };
  {
    TlsClient first(gateway.kiosk_address(), as);
    ask(first);
    CHECK_FALSE(first.resumed());
    as.session = first.session();
  }
  {
    TlsClient second(gateway.kiosk_address(), as);
    ask(second);
    CHECK(second.resumed());
    TlsClient third(gateway.kiosk_address(), as);
    ask(third);
    CHECK_FALSE(third.resumed());
    as.session = second.session();
  }
  TlsClient fourth(gateway.kiosk_address(), as);
  ask(fourth);
  CHECK(fourth.resumed());  // with the ticket that the second connection was given
}

TEST(GatewayTrust, a_resumed_kiosk_is_still_who_it_was) {
  const GatewayProcess gateway;
  SystemTimers timers;
  auto link = client(gateway, timers, {});
  HttpRequest health{"GET", "/v1/health", {}, {}};
  for (int i = 0; i < 3; ++i) {
    const auto outcome = run_task(loop, link->send(health, Timers::Duration(20'000)));
    CHECK(std::holds_alternative<HttpResponse>(outcome));
    LONGS_EQUAL(200, std::get<HttpResponse>(outcome).status);
    link->close();
  }
  const std::string log = gateway.log();
  CHECK(log.find("\"kiosk\":\"\"") == std::string::npos);
}

TEST(GatewayTrust, another_kiosks_visit_in_the_request) {
  const GatewayProcess gateway;
  Kiosk owner(gateway);
  owner.open();
  const api::Identify identify = owner.signed_by(SharedCity::get().card_of("toyonaka-0001"));
  Kiosk other(gateway, "kiosk-002");
  Kiosk::refused(other.post(owner.path("identify"), identify), 404, api::Refusal::unknown_visit);
  LONGS_EQUAL(200, owner.post(owner.path("identify"), identify).status);
}
