// Tickets: used once, for the same server under the same trust, within their lifetime.
#include <set>

#include <CppUTest/TestHarness.h>

#include "firmware/link/http_client.h"
#include "firmware/link/server_trust.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

using Outcome = std::variant<HttpResponse, HttpFailure>;

constexpr Timers::Duration patience{20'000};
constexpr unsigned pre_shared_key = 41;  // the extension that carries a ticket

CertificateSpec for_a_day(CertificateSpec spec) {
  spec.ends_in_s = 86400;
  return spec;
}

struct City {
  Identity ca = issue(for_a_day(ca_spec("City CA")));
  Identity other_ca = issue(for_a_day(ca_spec("City CA")));  // somebody's, of the same name
  Identity gateway = issue(for_a_day({}), &ca);
};
const City& city() {
  static const City made;
  return made;
}

}  // namespace

TEST_GROUP(Resumption) {
  asio::io_context loop{1};
  VirtualTimers clock{std::chrono::system_clock::now()};
  PemFiles files;
  TlsFiles tls_files{files.add_certificates("ca.pem", {city().ca.certificate}), "", ""};
  ServerTls tls{.identity = city().gateway};
  std::unique_ptr<TestServer> server;
  std::unique_ptr<ServerTrust> trust;
  std::unique_ptr<HttpClient> client;

  void teardown() override {
    client.reset();
    server.reset();
  }

  void start() {
    server = std::make_unique<TestServer>(tls, [this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer("{}"));
    });
  }
  void connect_to_server() {
    HttpServer to{server->url("localhost"), tls_files};
    to.trust.trust = trust.get();
    auto made = HttpClient::create(clock, to);
    if (!made) FAIL(made.error().text().c_str());
    client = std::move(*made);
  }

  /// One request over a connection of its own. Whether the ClientHello carried a ticket.
  bool ask() {
    const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
    if (const auto* failure = std::get_if<HttpFailure>(&outcome))
      FAIL(failure->error.text().c_str());
    client->close();
    return server->offer().extensions.contains(pre_shared_key);
  }
};

TEST(Resumption, every_connection_uses_the_ticket_of_the_one_before) {
  start();
  connect_to_server();
  CHECK_FALSE(ask());
  std::set<std::vector<std::uint8_t>> shown;
  constexpr int more = 5;
  for (int i = 0; i < more; ++i) {
    CHECK(ask());
    shown.insert(server->offer().extensions.at(pre_shared_key));
  }
  LONGS_EQUAL(more, server->resumed());
  LONGS_EQUAL(more, shown.size());  // none twice
}

TEST(Resumption, a_ticket_is_given_away_once_even_when_nothing_came_of_it) {
  start();
  connect_to_server();
  (void)ask();
  const std::string url = server->url("localhost");
  const int port = server->port();
  server.reset();  // nobody listens
  const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
  CHECK(std::holds_alternative<HttpFailure>(outcome));
  tls.remembers = false;
  server = std::make_unique<TestServer>(
      tls,
      [this](Peer& peer) {
        while (server->take(peer)) peer.write(http_answer("{}"));
      },
      port);
  // The ticket was not shown to anybody, so it is still there; the server has forgotten it and
  // shows its certificate, and gives no new one.
  CHECK(ask());
  LONGS_EQUAL(0, server->resumed());
  CHECK_FALSE(ask());
}

TEST(Resumption, an_impostor_in_the_place_of_the_server_is_refused) {
  start();
  connect_to_server();
  (void)ask();
  const int port = server->port();
  server.reset();
  tls.identity = issue(CertificateSpec{}, &city().other_ca);
  std::size_t heard = 0;
  server = std::make_unique<TestServer>(tls, [&heard](Peer& peer) { heard += peer.drain(); }, port);
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
    CHECK(std::holds_alternative<HttpFailure>(outcome));
    CHECK(std::get<HttpFailure>(outcome).error.code == Errc::integrity);
    CHECK_EQUAL(i == 0, server->offer().extensions.contains(pre_shared_key));
  }
  server.reset();
  LONGS_EQUAL(0, heard);
}

TEST(Resumption, not_after_the_lifetime_of_the_ticket) {
  start();
  connect_to_server();
  (void)ask();
  clock.advance(std::chrono::minutes(59));
  CHECK(ask());
  clock.advance(std::chrono::minutes(61));  // since the ticket of that one
  CHECK_FALSE(ask());
}

TEST(Resumption, not_when_the_certificate_has_expired_meanwhile) {
  CertificateSpec spec;
  spec.ends_in_s = 120;
  tls.identity = issue(spec, &city().ca);
  start();
  connect_to_server();
  (void)ask();
  clock.advance(std::chrono::minutes(3));
  const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
  CHECK(std::holds_alternative<HttpFailure>(outcome));
  CHECK_FALSE(server->offer().extensions.contains(pre_shared_key));
}

TEST(Resumption, not_when_another_revocation_list_has_come) {
  const auto list = [](const RevocationSpec& spec) { return revocation_list(city().ca, spec); };
  auto opened = ServerTrust::open(
      {.ca = tls_files.ca, .crl = files.add("ca.crl", list({})), .state_dir = "", .seal_key = ""});
  trust = std::move(*opened);
  start();
  connect_to_server();
  (void)ask();
  CHECK(ask());
  CHECK(*trust->take_list(as_bytes(list({.number = 2}))));
  CHECK_FALSE(ask());
  CHECK(ask());
  CHECK(*trust->take_list(as_bytes(list({.revoked = {city().gateway.certificate}, .number = 3}))));
  const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
  CHECK(std::holds_alternative<HttpFailure>(outcome));
}

TEST(Resumption, not_when_the_revocation_list_became_stale) {
  auto opened =
      ServerTrust::open({.ca = tls_files.ca,
                         .crl = files.add("ca.crl", revocation_list(city().ca, {.to_s = 600})),
                         .state_dir = "",
                         .seal_key = ""});
  trust = std::move(*opened);
  start();
  connect_to_server();
  (void)ask();
  CHECK(ask());
  clock.advance(std::chrono::minutes(11));
  const Outcome outcome = run_task(loop, client->send(HttpRequest{}, patience));
  CHECK(std::holds_alternative<HttpFailure>(outcome));
  CHECK_FALSE(server->offer().extensions.contains(pre_shared_key));
}

TEST(Resumption, another_client_has_no_ticket) {
  start();
  connect_to_server();
  (void)ask();
  connect_to_server();
  CHECK_FALSE(ask());
}

}  // namespace madoguchi
