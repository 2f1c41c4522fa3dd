// The live channel over real TLS: the kiosk's end is firmware/link's (Mbed TLS), or a client that
// misbehaves; the gateway's end is HttpServer with the hub behind it (OpenSSL).
#include <atomic>
#include <thread>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/contract/gateway/live_ends.h"
#include "tools/gateway/http_server.h"
#include "tools/gateway/live_kiosk.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

namespace {

constexpr const char* session = "11111111-2222-3333-4444-555555555555";

desk::SessionBegan began() { return {session, "ja", 1800, "地域ITリーダー 3番"}; }
desk::Mirror mirror(std::int64_t number) {
  desk::Mirror out;
  out.session = session;
  out.number = number;
  out.screen.name = "welcome";
  return out;
}

std::map<std::string, std::string> upgrade_headers() {
  return {{"Connection", "keep-alive, Upgrade"},
          {"Upgrade", "WebSocket"},
          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
          {"Sec-WebSocket-Version", "13"},
          {"Sec-WebSocket-Protocol", "chat, madoguchi-live-1"}};
}

}  // namespace

TEST_GROUP(Live) {
  asio::io_context loop{1};
  VirtualTimers clock{std::chrono::system_clock::now()};
  SystemTimers timers;  ///< the kiosk's
  LiveHub hub{clock};
  std::unique_ptr<gateway::HttpServer> server;
  std::atomic<bool> may_pass{false};  ///< the gateway's time

  void setup() override { listen("127.0.0.1:0"); }
  void teardown() override {
    may_pass = true;
    stop();
  }

  void listen(const std::string& address) {
    const SharedCity& city = SharedCity::get();
    auto tls =
        kiosk_tls({city.pki("gateway.pem"), city.pki("gateway.key")}, city.pki("kiosk-ca.pem"), "");
    CHECK(tls.ok());
    auto listening = gateway::HttpServer::listen(
        loop.get_executor(), clock, address, std::move(*tls), {},
        [this](Request request) -> Task<Answer> { co_return accept_live_kiosk(hub, request); });
    if (!listening) FAIL(listening.error().text().c_str());
    server = std::move(*listening);
  }
  void stop() {
    if (!server) return;
    bool stopped = false;
    asio::co_spawn(loop, server->stop(5s), [&](const std::exception_ptr&) { stopped = true; });
    until([&] { return stopped; });
    server.reset();
  }
  void step() {
    loop.restart();
    loop.run_for(2ms);
    if (may_pass) clock.advance(500ms);
  }
  void until(const std::function<bool()>& reached) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!reached()) {
      step();
      if (std::chrono::steady_clock::now() > deadline) FAIL("it did not come to that");
    }
  }
  /// A blocking client's story on a thread of its own, while the server is served here.
  void tell(const std::function<void()>& story) {
    std::exception_ptr failed;
    std::atomic<bool> over{false};
    std::thread client([&] {
      try {
        story();
      } catch (...) {
        failed = std::current_exception();
      }
      over = true;
    });
    while (!over) step();
    client.join();
    if (failed) std::rethrow_exception(failed);
  }
  std::unique_ptr<TlsClient> raw() {
    auto client = std::make_unique<TlsClient>(server->address(), kiosk_settings("kiosk-001"));
    CHECK(client->connected());
    return client;
  }
  std::unique_ptr<TlsClient> upgraded() {
    auto client = raw();
    CHECK(client->send(request_text("GET", desk::live_path, upgrade_headers())));
    const auto reply = client->receive();
    CHECK(reply.has_value());
    LONGS_EQUAL(101, reply->status);
    STRCMP_EQUAL("madoguchi-live-1", reply->headers.at("sec-websocket-protocol").c_str());
    CHECK(!reply->headers.contains("sec-websocket-extensions"));
    return client;
  }
  static TlsFiles files(const std::string& kiosk) {
    const SharedCity& city = SharedCity::get();
    return {city.pki("gateway-ca.pem"), city.pki(kiosk + ".pem"), city.pki(kiosk + ".key")};
  }
  std::unique_ptr<KioskLink> kiosk(asio::cancellation_signal & end,
                                   const std::string& name = "kiosk-001") {
    auto made = std::make_unique<KioskLink>(timers, server->address(), files(name));
    asio::co_spawn(loop, made->link->run(),
                   asio::bind_cancellation_slot(end.slot(), [](const std::exception_ptr&) {}));
    return made;
  }
  void end_of(asio::cancellation_signal & end) {
    end.emit(asio::cancellation_type::terminal);
    for (int i = 0; i < 20; ++i) step();
  }
};

TEST(Live, two_hundred_messages_come_in_order_both_ways) {
  asio::cancellation_signal end;
  const auto link = kiosk(end);
  until([&] { return link->up() && hub.kiosks().size() == 1; });
  CHECK(!link->states.front());
  std::vector<std::int64_t> numbers;
  LiveHub::Watch watch = hub.watch_session(
      session, {[&](const desk::Mirror& m) { numbers.push_back(m.number); }, {}, {}});
  link->say(began());
  for (std::int64_t i = 1; i <= 200; ++i) link->say(mirror(i));
  until([&] { return numbers.size() == 200; });
  for (std::size_t i = 0; i < 200; ++i) LONGS_EQUAL(i + 1, numbers[i]);
  for (std::int64_t i = 1; i <= 200; ++i)
    CHECK(hub.point(watch, i, "start", desk::Phrase::press_here));
  until([&] { return link->heard.size() == 200; });
  for (std::size_t i = 0; i < 200; ++i) {
    const auto message = decode<desk::LiveToKiosk>(as_bytes(link->heard[i]), Dialect::json);
    CHECK(message.ok());
    LONGS_EQUAL(i + 1, std::get<desk::PointAt>(*message).number);
  }
  end_of(end);
  CHECK(hub.kiosks().empty());
}

TEST(Live, a_gateway_that_comes_back_finds_the_whole_state_again) {
  asio::cancellation_signal end;
  const auto link = kiosk(end);
  until([&] { return link->up(); });
  link->say(began());
  until([&] { return hub.sessions().size() == 1; });
  int gone = 0;
  std::vector<std::int64_t> numbers;
  LiveHub::Watch watch = hub.watch_session(
      session, {[&](const desk::Mirror& m) { numbers.push_back(m.number); }, {}, [&] { ++gone; }});
  const std::string address = server->address();
  may_pass = true;
  stop();
  may_pass = false;
  until([&] { return !link->up(); });
  CHECK(hub.kiosks().empty());
  LONGS_EQUAL(1, gone);
  link->say(mirror(1));  // to nobody
  listen(address);
  until([&] { return link->up(); });
  link->say(began());
  link->say(mirror(2));
  until([&] { return !numbers.empty(); });
  LONGS_EQUAL(2, numbers.front());
  end_of(end);
}

TEST(Live, a_second_connection_takes_the_place_of_the_first) {
  tell([&] {
    const auto first = upgraded();
    const auto second = upgraded();
    may_pass = true;  // the first does not answer the close
    const std::string rest = first->rest();
    CHECK(rest.size() >= 4);
    LONGS_EQUAL(0x88, static_cast<unsigned char>(rest[0]));
    LONGS_EQUAL(4000,
                static_cast<unsigned char>(rest[2]) * 256 + static_cast<unsigned char>(rest[3]));
  });
}

TEST(Live, requests_that_are_no_web_socket_of_ours) {
  tell([&] {
    const auto client = raw();
    const auto status = [&](const std::string& without, const std::string& instead) {
      auto headers = upgrade_headers();
      headers.erase(without);
      if (!instead.empty()) headers[without] = instead;
      CHECK(client->send(request_text("GET", desk::live_path, headers)));
      return client->receive()->status;
    };
    LONGS_EQUAL(400, status("Sec-WebSocket-Protocol", ""));
    LONGS_EQUAL(400, status("Sec-WebSocket-Protocol", "madoguchi-live-11"));
    LONGS_EQUAL(426, status("Sec-WebSocket-Version", "8"));
    LONGS_EQUAL(426, status("Sec-WebSocket-Key", "short"));
    LONGS_EQUAL(426, status("Upgrade", "h2c"));
  });
  CHECK(hub.kiosks().empty());
}

TEST(Live, without_a_client_certificate_there_is_no_connection) {
  TlsFiles none = files("kiosk-001");
  none.certificate.clear();
  none.key.clear();
  asio::cancellation_signal end;
  KioskLink link(timers, server->address(), none);
  std::optional<Status> connected;
  asio::co_spawn(loop, link.client->connect(5s),
                 [&](const std::exception_ptr&, Status status) { connected = std::move(status); });
  until([&] { return connected.has_value(); });
  CHECK(!connected->ok());
  // The server's alert, or TCP's reset if that overtakes it.
  const Errc code = connected->error().code;
  CHECK_TEXT(code == Errc::refused || code == Errc::gone, connected->error().text().c_str());
  CHECK(hub.kiosks().empty());
}

TEST(Live, a_gateway_without_the_channel_is_no_reason_to_fall) {
  GatewayProcess other;  // asked for another path
  WebSocketServer wrong{
      "https://localhost" + other.kiosk_address().substr(other.kiosk_address().rfind(':')),
      files("kiosk-001"),
      "/v1/nothing",
      desk::live_subprotocol,
      {}};
  auto client = WebSocketClient::create(timers, std::move(wrong));
  CHECK(client.ok());
  std::optional<Status> connected;
  asio::co_spawn(loop, (*client)->connect(5s),
                 [&](const std::exception_ptr&, Status status) { connected = std::move(status); });
  until([&] { return connected.has_value(); });
  CHECK(!connected->ok());
  STRCMP_CONTAINS("answers 404", connected->error().what.c_str());
}

TEST(Live, frames_that_are_not_allowed_end_the_connection_with_a_word) {
  struct Case {
    std::string sent;
    int code;
  };
  const std::vector<Case> cases{
      // Its header is enough: whoever sent all of it might be cut off in the middle.
      {frame(1, std::string(desk::most_live_bytes + 1, ' ')).substr(0, 1000), 1009},
      {frame(2, "{}"), 1003},
      {frame(1, "\xff\xfe"), 1007},
      {std::string("\x81\x02{}", 4), 1002},  // not masked
  };
  tell([&] {
    for (const Case& one : cases) {
      const auto client = upgraded();
      CHECK(client->send(one.sent));
      may_pass = true;  // it does not answer the close
      const std::string rest = client->rest();
      may_pass = false;
      CHECK(rest.size() >= 4);
      LONGS_EQUAL(0x88, static_cast<unsigned char>(rest[0]));
      LONGS_EQUAL(one.code,
                  static_cast<unsigned char>(rest[2]) * 256 + static_cast<unsigned char>(rest[3]));
    }
  });
  may_pass = true;
  until([&] { return hub.kiosks().empty(); });
}

TEST(Live, a_message_that_is_none_is_dropped_and_the_connection_stays) {
  std::unique_ptr<TlsClient> client;
  tell([&] {
    client = upgraded();
    CHECK(client->send(frame(1, "{}") + frame(1, R"({"type":"point_at"})") + frame(1, "[[[[")));
    CHECK(client->send(frame(1, text_of(mirror(1)))));  // of a session that does not run
    CHECK(client->send(frame(1, text_of(began()))));
  });
  until([&] { return hub.sessions().size() == 1; });
  STRCMP_EQUAL("kiosk-001", hub.sessions()[0].kiosk.c_str());
}

TEST(Live, half_open_a_ping_that_is_not_answered_ends_it) {
  std::unique_ptr<TlsClient> client;
  tell([&] { client = upgraded(); });
  until([&] { return hub.kiosks().size() == 1; });
  may_pass = true;  // the client says nothing, not even pong
  const auto begun = clock.now();
  until([&] { return hub.kiosks().empty(); });
  CHECK(clock.now() - begun <= 35s);
  CHECK(clock.now() - begun >= 15s);
}

TEST(Live, a_reset_in_the_middle_is_an_end_at_once) {
  std::unique_ptr<TlsClient> client;
  tell([&] {
    client = upgraded();
    CHECK(client->send(frame(1, text_of(began()))));
  });
  until([&] { return hub.sessions().size() == 1; });
  CHECK(client->send(frame(1, text_of(mirror(1))).substr(0, 40)));
  client->reset();
  until([&] { return hub.kiosks().empty(); });  // the gateway's time stands still
}

TEST(Live, a_slow_reader_is_dropped_before_it_costs_memory) {
  std::unique_ptr<TlsClient> client;
  tell([&] {
    client = upgraded();
    CHECK(client->send(frame(1, text_of(began()))));
  });
  until([&] { return hub.sessions().size() == 1; });
  LiveHub::Watch watch = hub.watch_session(session, {});
  const std::string control(1000, 'x');
  int said = 0;
  const auto more = [&] {
    for (int i = 0; i < 20 && hub.point(watch, 1, control, desk::Phrase::none); ++i) ++said;
    return hub.kiosks().empty();
  };
  until(more);
  CHECK(said > 200);  // and not the client's socket buffer alone: some MiB at most
  CHECK(said < 20'000);
}
