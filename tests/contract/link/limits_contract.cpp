// Servers that send too much, or too slowly: the link gives up in time and within its memory.
#include <CppUTest/TestHarness.h>
#include <openssl/obj_mac.h>

#include "firmware/link/http_client.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

using Outcome = std::variant<HttpResponse, HttpFailure>;

constexpr Timers::Duration deadline{3'000};
constexpr int dribbled = 40;  // bytes, each within the deadline, all of them beyond it

struct Pki {
  Identity ca = issue(ca_spec("City CA"));
  Identity gateway = issue(CertificateSpec{}, &ca);
};
const Pki& pki() {
  static const Pki made;
  return made;
}

}  // namespace

TEST_GROUP(Limits) {
  asio::io_context loop{1};
  VirtualTimers clock{std::chrono::system_clock::now()};
  PemFiles files;
  std::string ca = files.add_certificates("ca.pem", {pki().ca.certificate});
  std::atomic<int> step{0};  // how many bytes the server may have said
  std::unique_ptr<TestServer> server;
  std::unique_ptr<HttpClient> client;

  void teardown() override {
    client.reset();
    server.reset();
  }

  void connect(const std::string& url) {
    client = std::move(*HttpClient::create(clock, {url, {ca, "", ""}, 64 * 1024}));
  }
  void over_tls(TestServer::Script script) {
    server = std::make_unique<TestServer>(ServerTls{.identity = pki().gateway}, std::move(script));
    connect(server->url());
  }
  // A server without TLS, spoken to as if it had.
  void raw(TestServer::Script script) {
    server = std::make_unique<TestServer>(std::move(script));
    connect("https://127.0.0.1:" + std::to_string(server->port()));
  }

  // Says one byte, then waits for the test's clock.
  bool dribble(Peer & peer, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      while (step <= static_cast<int>(i)) {
        if (!peer.pause()) return false;
      }
      if (!peer.write(text.substr(i, 1))) return false;
    }
    return true;
  }

  HttpFailure fails() {
    const Outcome outcome = run_task(loop, client->send(HttpRequest{}, deadline));
    CHECK(std::holds_alternative<HttpFailure>(outcome));
    return std::get<HttpFailure>(outcome);
  }

  // A byte every tenth of the deadline.
  void times_out() {
    std::optional<Outcome> outcome;
    const auto store = [](Task<Outcome> task, std::optional<Outcome>& out) -> Task<void> {
      out = co_await std::move(task);
    };
    asio::co_spawn(loop, store(client->send(HttpRequest{}, deadline), outcome), asio::detached);
    loop.restart();
    while (!begun) loop.run_for(std::chrono::milliseconds(1));
    for (int tenth = 0; tenth < 10; ++tenth) {
      CHECK_FALSE(outcome.has_value());
      ++step;
      loop.run_for(std::chrono::milliseconds(2));
      clock.advance(deadline / 10);
    }
    for (int i = 0; i < 1000 && !outcome; ++i) loop.run_for(std::chrono::milliseconds(5));
    CHECK(outcome.has_value());
    const auto& failure = std::get<HttpFailure>(*outcome);
    CHECK_TEXT(failure.error.code == Errc::timeout, failure.error.text().c_str());
    CHECK_FALSE(client->connected());
  }
  std::atomic<bool> begun{false};
};

TEST(Limits, slow_loris_in_the_handshake) {
  // The beginning of a ServerHello, in one record.
  const std::string hello("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11);
  raw([this, hello](Peer& peer) {
    begun = true;
    dribble(peer, hello + std::string(dribbled, 'x'));
  });
  times_out();
}

TEST(Limits, slow_loris_in_the_header) {
  over_tls([this](Peer& peer) {
    server->take(peer);
    begun = true;
    dribble(peer, "HTTP/1.1 200 OK\r\nX-Slow: " + std::string(dribbled, 'x'));
  });
  times_out();
}

TEST(Limits, slow_loris_in_the_body) {
  over_tls([this](Peer& peer) {
    server->take(peer);
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    begun = true;
    dribble(peer, std::string(dribbled, 'x'));
  });
  times_out();
}

TEST(Limits, a_record_longer_than_tls_allows) {
  raw([](Peer& peer) {
    peer.write(std::string("\x16\x03\x03\xff\xff", 5) + std::string(0xffff, 'x'));
    peer.stall();
  });
  const HttpFailure failure = fails();
  CHECK(failure.error.code != Errc::timeout);
  CHECK(failure.sent == Sent::nothing);
}

TEST(Limits, not_tls_at_all) {
  raw([](Peer& peer) {
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.stall();
  });
  CHECK(fails().sent == Sent::nothing);
}

TEST(Limits, a_chain_of_a_hundred_certificates) {
  ServerTls tls{.identity = pki().gateway};
  CertificateSpec heavy = ca_spec("A CA");
  heavy.more = {{NID_netscape_comment, std::string(2000, 'x')}};
  const Identity other = issue(heavy);
  tls.intermediates.assign(100, other.certificate);
  server = std::make_unique<TestServer>(tls, [](Peer& peer) { (void)peer.drain(); });
  connect(server->url());
  const HttpFailure failure = fails();
  CHECK(failure.error.code != Errc::timeout);
  CHECK(failure.sent == Sent::nothing);
  LONGS_EQUAL(0, server->served());
}

TEST(Limits, a_header_without_end) {
  over_tls([this](Peer& peer) {
    server->take(peer);
    peer.write("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100'000 && peer.write("X-More: 0123456789\r\n"); ++i) {
    }
  });
  CHECK(fails().error.code == Errc::full);
}

TEST(Limits, a_body_without_end) {
  over_tls([this](Peer& peer) {
    server->take(peer);
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    for (int i = 0; i < 100'000 && peer.write(chunk); ++i) {
    }
  });
  CHECK(fails().error.code == Errc::full);
}

}  // namespace madoguchi
