#include "tools/gateway/http_server.h"

#include <atomic>
#include <functional>
#include <future>
#include <thread>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "tests/contract/gateway/tls_client.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/web_socket.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

namespace {

Task<void> listen_to_the_end(WebSocket& socket) {
  for (;;) {
    const Result<std::string> text = co_await socket.receive();
    if (!text) co_return;
  }
}

}  // namespace

// Real sockets, virtual time: the clients block on a thread of their own, the server waits by a
// clock that is stepped.
TEST_GROUP(HttpServer) {
  OwnFolder directory;
  asio::io_context loop;
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  std::unique_ptr<HttpServer> server;
  std::atomic<bool> may_pass{false};  ///< virtual time
  std::atomic<bool> over{false};
  std::string certificate;

  void setup() override {
    const CardAuthority authority("Madoguchi test CA");
    const Card made =
        authority.issue({.name = "server", .extended_key_usage = "serverAuth", .ec_key = true});
    certificate = directory.put("ca.pem", authority.pem());
    directory.put("server.pem", made.certificate_pem());
    directory.put("server.key", made.key_pem());
  }

  void listen(HttpLimits limits, Handler handler = {}) {
    if (!handler) handler = [](Request) -> Task<Answer> { co_return Answer{.status = 200}; };
    auto tls = public_tls({directory.path("server.pem"), directory.path("server.key")});
    CHECK(tls.ok());
    auto listening = HttpServer::listen(loop.get_executor(), timers, "127.0.0.1:0", std::move(*tls),
                                        limits, handler);
    if (!listening) FAIL(listening.error().text().c_str());
    server = std::move(*listening);
  }

  /// Runs the client's story on a thread while the server is served here; then the server ends.
  void tell(const std::function<void()>& story) {
    std::exception_ptr failed;
    std::thread client([&] {
      try {
        story();
      } catch (...) {
        failed = std::current_exception();
      }
      over = true;
    });
    const auto step = [&](Timers::Duration by) {
      loop.restart();
      loop.run_for(10ms);
      if (may_pass) timers.advance(by);
    };
    while (!over) step(2s);
    client.join();
    may_pass = true;
    bool stopped = false;
    asio::co_spawn(loop, server->stop(5s), [&](const std::exception_ptr&) { stopped = true; });
    while (!stopped) step(20ms);
    server.reset();
    if (failed) std::rethrow_exception(failed);
  }

  std::unique_ptr<TlsClient> connect() {
    const TlsClientSettings settings{.ca = certificate, .host = "server"};
    return std::make_unique<TlsClient>(server->address(), settings);
  }
};

TEST(HttpServer, half_a_request_is_answered_408_and_closed) {
  listen({});
  tell([&] {
    const auto client = connect();
    CHECK(client->send("GET / HTTP/1.1\r\nHost: "));
    may_pass = true;
    const auto reply = client->receive();
    CHECK(reply.has_value());
    LONGS_EQUAL(408, reply->status);
    CHECK(client->closed());
  });
}

TEST(HttpServer, a_body_that_never_ends_coming) {
  listen({});
  tell([&] {
    const auto client = connect();
    CHECK(client->send("POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\n12345"));
    may_pass = true;
    LONGS_EQUAL(408, client->receive()->status);
  });
}

TEST(HttpServer, an_idle_connection_is_closed) {
  listen({});
  tell([&] {
    const auto client = connect();
    CHECK(client->send(request_text("GET", "/")));
    LONGS_EQUAL(200, client->receive()->status);
    may_pass = true;
    CHECK(client->closed());
  });
}

TEST(HttpServer, one_connection_too_many_is_told_so_and_the_next_is_not_heard) {
  listen({.most_connections = 1});
  tell([&] {
    const auto first = connect();
    CHECK(first->send(request_text("GET", "/")));
    LONGS_EQUAL(200, first->receive()->status);
    const auto second = connect();
    CHECK(second->connected());
    CHECK(!connect()->connected());
    CHECK(second->send(request_text("GET", "/")));
    const auto reply = second->receive();
    LONGS_EQUAL(503, reply->status);
    CHECK(second->closed());
    CHECK(first->send(request_text("GET", "/")));
    LONGS_EQUAL(200, first->receive()->status);
  });
}

TEST(HttpServer, live_connections_are_counted_apart) {
  listen({.most_connections = 1}, [](Request request) -> Task<Answer> {
    Answer answer;
    if (request.headers.contains("upgrade"))
      answer = accept_web_socket(request, "test", listen_to_the_end, {});
    co_return answer;
  });
  tell([&] {
    const std::string upgrade = request_text("GET", "/live",
                                             {{"Connection", "Upgrade"},
                                              {"Upgrade", "websocket"},
                                              {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                              {"Sec-WebSocket-Version", "13"},
                                              {"Sec-WebSocket-Protocol", "test"}});
    const auto live = connect();
    CHECK(live->send(upgrade));
    LONGS_EQUAL(101, live->receive()->status);
    const auto asking = connect();
    CHECK(asking->send(request_text("GET", "/")));
    LONGS_EQUAL(200, asking->receive()->status);
    CHECK(asking->send(upgrade));
    LONGS_EQUAL(503, asking->receive()->status);
  });
}

TEST(HttpServer, what_has_begun_is_answered_before_the_end) {
  std::promise<void> begun;
  listen({}, [&](Request) -> Task<Answer> {
    begun.set_value();
    co_await timers.sleep(1s);
    co_return Answer{.status = 201};
  });
  std::unique_ptr<TlsClient> client;
  std::future<std::optional<HttpReply>> reply;
  tell([&] {
    client = connect();
    CHECK(client->send(request_text("GET", "/")));
    begun.get_future().wait();
    reply = std::async(std::launch::async, [&] { return client->receive(); });
  });  // now the server has been stopped
  const auto received = reply.get();
  CHECK(received.has_value());
  LONGS_EQUAL(201, received->status);
  STRCMP_EQUAL("close", received->headers.at("connection").c_str());
}

TEST(HttpServer, addresses_that_are_none) {
  for (const char* address : {"", "8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                              "127.0.0.1:x", "localhost:1", "127.0.0.1:-1"}) {
    auto tls = public_tls({directory.path("server.pem"), directory.path("server.key")});
    CHECK(tls.ok());
    CHECK(!HttpServer::listen(loop.get_executor(), timers, address, std::move(*tls), {}, {}).ok());
  }
}

TEST(HttpServer, certificates_that_are_none) {
  CHECK(!public_tls({directory.path("nothing"), directory.path("server.key")}).ok());
  CHECK(!public_tls({directory.path("server.pem"), directory.path("server.pem")}).ok());
  const ServerIdentity identity{directory.path("server.pem"), directory.path("server.key")};
  CHECK(!kiosk_tls(identity, directory.path("nothing"), "").ok());
  CHECK(!kiosk_tls(identity, directory.path("server.key"), "").ok());
  CHECK(!kiosk_tls(identity, certificate, directory.path("server.pem")).ok());
  CHECK(kiosk_tls(identity, certificate, "").ok());
}
