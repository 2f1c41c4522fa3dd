// The console's live connection over real TLS: a browser's end that says frames, a kiosk's end with
// its certificate (firmware/link), and between them the gateway's two listeners on one hub.
#include <atomic>
#include <thread>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/contract/gateway/live_ends.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/http_server.h"
#include "tools/gateway/live_kiosk.h"
#include "tools/gateway/staff/console.h"
#include "tools/gateway/staff/console_live.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

namespace {

constexpr const char* session = "11111111-2222-3333-4444-555555555555";
constexpr const char* live = "/console/api/live";

template <class T>
T good(Result<T> result) {
  if (!result) FAIL(result.error().text().c_str());
  return std::move(*result);
}

std::string order(const LiveFromConsole& message) {
  return frame(1, as_text(encode(message, Dialect::json)));
}

desk::Mirror mirror(std::int64_t number) {
  desk::Mirror out;
  out.session = session;
  out.number = number;
  out.screen.name = "welcome";
  return out;
}

}  // namespace

TEST_GROUP(ConsoleLive) {
  OwnFolder directory;
  OwnFolder pages;
  asio::io_context loop{1};
  VirtualTimers clock{std::chrono::system_clock::now()};  ///< the gateway's
  SystemTimers timers;                                    ///< the kiosk's
  LiveHub hub{clock};
  std::unique_ptr<Store> store;
  std::unique_ptr<Numbers> numbers;
  std::unique_ptr<SealKey> seal_key;
  std::unique_ptr<HelpDesk> help_desk;
  std::unique_ptr<StaffAccounts> accounts;
  std::unique_ptr<StaffSessions> sessions;
  std::unique_ptr<StaticFiles> files;
  std::unique_ptr<Console> console;
  std::unique_ptr<gateway::HttpServer> kiosk_side;
  std::unique_ptr<gateway::HttpServer> staff_side;
  std::atomic<bool> may_pass{false};  ///< the gateway's time

  void setup() override {
    pages.put("index.html", "<!doctype html>");
    const std::string database = directory.path("gateway.sqlite");
    accounts = std::make_unique<StaffAccounts>(good(StaffAccounts::open(database)));
    sessions = std::make_unique<StaffSessions>(good(StaffSessions::open(database)));
    files = std::make_unique<StaticFiles>(good(StaticFiles::load(pages.path(""))));
    store = std::make_unique<Store>(good(Store::open(database)));
    numbers = std::make_unique<Numbers>(good(Numbers::open({*store, clock, {}})));
    const SharedCity& city = SharedCity::get();
    seal_key = std::make_unique<SealKey>(good(SealKey::load(city.pki("seal.key"))));
    help_desk = std::make_unique<HelpDesk>(good(HelpDesk::open({*store, clock, *seal_key})));
    console = good(
        Console::make({*accounts, *sessions, *files, hub, *numbers, *help_desk, clock, "豊中市"}));
    const ServerIdentity identity{city.pki("gateway.pem"), city.pki("gateway.key")};
    kiosk_side = good(gateway::HttpServer::listen(
        loop.get_executor(), clock, "127.0.0.1:0",
        good(kiosk_tls(identity, city.pki("kiosk-ca.pem"), "")), {},
        [this](Request request) -> Task<Answer> { co_return accept_live_kiosk(hub, request); }));
    staff_side = good(gateway::HttpServer::listen(
        loop.get_executor(), clock, "127.0.0.1:0", good(public_tls(identity)), {},
        [this](Request request) { return console->handle(std::move(request)); }));
  }
  void teardown() override {
    may_pass = true;
    for (gateway::HttpServer* server : {kiosk_side.get(), staff_side.get()}) {
      bool stopped = false;
      asio::co_spawn(loop, server->stop(5s), [&](const std::exception_ptr&) { stopped = true; });
      until([&] { return stopped; });
    }
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
  /// The browser's story on a thread of its own, while the gateway is served here.
  void tell(const std::function<void()>& story) {
    std::exception_ptr failed;
    std::atomic<bool> over{false};
    std::thread browser([&] {
      try {
        story();
      } catch (...) {
        failed = std::current_exception();
      }
      over = true;
    });
    while (!over) step();
    browser.join();
    if (failed) std::rethrow_exception(failed);
  }

  [[nodiscard]] std::int64_t now_s() const {
    return std::chrono::system_clock::to_time_t(clock.wall());
  }
  /// The cookie of somebody new who has just logged in, and whose badge has this number.
  std::string cookie_of(const std::string& name, StaffRole role, const std::string& badge = "") {
    StaffAccount account;
    account.helper = badge;
    account.name = name;
    account.role = role;
    account.password = "x";
    account.totp_secret = to_bytes(as_bytes("x"));
    CHECK(accounts->add(account, now_s()).ok());
    const auto added = good(accounts->find(name));
    CHECK(added.has_value());
    return std::string(session_cookie) + "=" + good(sessions->begin(added->id, now_s()));
  }
  /// The request of the console's own page; `Host` is request_text's.
  static std::map<std::string, std::string> headers(const std::string& cookie) {
    return {{"Connection", "Upgrade"},
            {"Upgrade", "websocket"},
            {"Origin", "https://gateway"},
            {"Cookie", cookie},
            {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
            {"Sec-WebSocket-Version", "13"},
            {"Sec-WebSocket-Protocol", "madoguchi-console-1"}};
  }
  std::unique_ptr<TlsClient> dial() {
    const TlsClientSettings settings{.ca = SharedCity::get().pki("gateway-ca.pem"),
                                     .protocol = "http/1.1"};
    auto client = std::make_unique<TlsClient>(staff_side->address(), settings);
    CHECK(client->connected());
    return client;
  }
  std::unique_ptr<TlsClient> upgraded(const std::string& cookie) {
    auto client = dial();
    CHECK(client->send(request_text("GET", live, headers(cookie))));
    const auto reply = client->receive();
    CHECK(reply.has_value());
    LONGS_EQUAL_TEXT(101, reply->status, reply->body.c_str());
    STRCMP_EQUAL("madoguchi-console-1", reply->headers.at("sec-websocket-protocol").c_str());
    return client;
  }
  /// The status of a request that is like the page's, but for one header.
  int status(const std::string& cookie, const std::string& header, const std::string& value) {
    int got = 0;
    tell([&] {
      const auto client = dial();
      auto all = headers(cookie);
      if (!header.empty()) all[header] = value;
      CHECK(client->send(request_text("GET", live, all)));
      const auto reply = client->receive();
      CHECK(reply.has_value());
      got = reply->status;
    });
    return got;
  }
  /// Until the gateway closes; what it said before that.
  std::string rest_of(TlsClient & client) {
    std::string rest;
    tell([&] { rest = client.rest(); });
    return rest;
  }
  /// The close frame at the end (RFC 6455 5.5.1).
  static int close_code(const std::string& rest) {
    CHECK(rest.size() >= 4);
    const auto at = [&](std::size_t back) {
      return static_cast<unsigned char>(rest[rest.size() - back]);
    };
    LONGS_EQUAL(0x88, at(4));
    return at(2) * 256 + at(1);
  }
};

TEST(ConsoleLive, who_gets_in) {
  for (const auto& [role, name] : enum_names(StaffRole{})) {
    const std::string cookie = cookie_of(std::string(name), role);
    LONGS_EQUAL(101, status(cookie, "", ""));
  }
  const std::string cookie = cookie_of("somebody", StaffRole::volunteer);
  LONGS_EQUAL(401, status("", "Cookie", "other=1"));
  LONGS_EQUAL(401, status(std::string(session_cookie) + "=AAAA", "", ""));
  LONGS_EQUAL(403, status(cookie, "Origin", "https://evil.test"));
  LONGS_EQUAL(403, status(cookie, "Origin", "null"));
  LONGS_EQUAL(403, status(cookie, "Origin", "http://gateway"));
  LONGS_EQUAL(400, status(cookie, "Sec-WebSocket-Protocol", "madoguchi-live-1"));
  LONGS_EQUAL(426, status(cookie, "Sec-WebSocket-Version", "8"));
  LONGS_EQUAL(101, status(cookie, "", ""));
  clock.advance(std::chrono::seconds(session_idle_s));
  LONGS_EQUAL(401, status(cookie, "", ""));
}

// The browser may ask for whatever it likes: the gateway decides.
TEST(ConsoleLive, a_volunteer_hears_nothing_of_somebody_elses_session) {
  asio::cancellation_signal end;
  const SharedCity& city = SharedCity::get();
  KioskLink kiosk(
      timers, kiosk_side->address(),
      {city.pki("gateway-ca.pem"), city.pki("kiosk-001.pem"), city.pki("kiosk-001.key")});
  asio::co_spawn(loop, kiosk.link->run(),
                 asio::bind_cancellation_slot(end.slot(), [](const std::exception_ptr&) {}));
  until([&] { return kiosk.up(); });
  CHECK(help_desk->add({Bytes(32, 3), "3", desk::HelperRole::volunteer}).ok());
  CHECK(help_desk->add({Bytes(32, 8), "8", desk::HelperRole::volunteer}).ok());
  kiosk.say(desk::SessionBegan{session, "ja", 1800, "8"});
  kiosk.say(mirror(1));
  until([&] { return hub.sessions().size() == 1; });

  std::vector<std::unique_ptr<TlsClient>> browsers;
  tell([&] {
    for (const char* badge : {"3", "33", ""}) {
      browsers.push_back(
          upgraded(cookie_of(std::string("helper") + badge, StaffRole::volunteer, badge)));
      CHECK(browsers.back()->send(
          order(WatchSession{session}) + order(Point{1, "start", desk::Phrase::press_here}) +
          order(PointNowhere{}) + order(EndHelp{std::nullopt, desk::HelpOutcome::solved})));
    }
  });
  for (int steps = 0; steps < 50; ++steps) step();
  kiosk.say(mirror(2));
  // The one whose badge is revoked meanwhile is put out, and may come again for what is left.
  CHECK(help_desk->revoke(Bytes(32, 3)).value());
  for (int i = 0; i < 6; ++i) {
    for (const auto& browser : browsers) CHECK(browser->send(frame(10, "")));
    for (int steps = 0; steps < 20; ++steps) step();
    clock.advance(5s);
  }
  const std::string rest = rest_of(*browsers[0]);
  LONGS_EQUAL(1008, close_code(rest));
  CHECK_TEXT(rest.find(R"("type":"kiosk")") != std::string::npos, rest.c_str());
  for (const char* said : {R"("type":"session")", R"("type":"mirror")", R"("type":"pointed")"})
    CHECK_TEXT(rest.find(said) == std::string::npos, said);
  LONGS_EQUAL(0, kiosk.heard.size());
  LONGS_EQUAL(1, hub.sessions().size());
  may_pass = true;
  for (std::size_t i = 1; i < browsers.size(); ++i) {
    const std::string nothing = rest_of(*browsers[i]);
    CHECK_TEXT(nothing.find(session) == std::string::npos, nothing.c_str());
  }
  end.emit(asio::cancellation_type::terminal);
  for (int i = 0; i < 20; ++i) step();
}

TEST(ConsoleLive, points_at_a_kiosk_and_is_put_out_with_its_session) {
  asio::cancellation_signal end;
  const SharedCity& city = SharedCity::get();
  KioskLink kiosk(
      timers, kiosk_side->address(),
      {city.pki("gateway-ca.pem"), city.pki("kiosk-001.pem"), city.pki("kiosk-001.key")});
  asio::co_spawn(loop, kiosk.link->run(),
                 asio::bind_cancellation_slot(end.slot(), [](const std::exception_ptr&) {}));
  until([&] { return kiosk.up(); });
  kiosk.say(desk::SessionBegan{session, "ja", 1800, "3"});
  kiosk.say(mirror(1));
  until([&] { return hub.sessions().size() == 1; });

  CHECK(help_desk->add({Bytes(32, 3), "3", desk::HelperRole::volunteer}).ok());
  const std::string cookie = cookie_of("helper", StaffRole::volunteer, "3");
  std::unique_ptr<TlsClient> browser;
  tell([&] {
    browser = upgraded(cookie);
    CHECK(browser->send(frame(1, "{}") + frame(1, "[[")));  // dropped
    CHECK(browser->send(order(WatchSession{session})));
    CHECK(browser->send(order(Point{1, "start", desk::Phrase::press_here})));
  });
  until([&] { return kiosk.heard.size() == 1; });
  const auto message = good(decode<desk::LiveToKiosk>(as_bytes(kiosk.heard[0]), Dialect::json));
  const auto& at = std::get<desk::PointAt>(message);
  STRCMP_EQUAL("start", at.control.c_str());
  CHECK(at.phrase == desk::Phrase::press_here);
  kiosk.say(desk::Pointed{session, at.order, true});
  kiosk.say(mirror(2));
  tell([&] {
    CHECK(browser->send(order(EndHelp{desk::HelpTopic::certificate, desk::HelpOutcome::solved})));
  });
  until([&] { return kiosk.heard.size() == 2; });
  const auto last = good(decode<desk::LiveToKiosk>(as_bytes(kiosk.heard[1]), Dialect::json));
  CHECK(std::get<desk::EndSession>(last).outcome == desk::HelpOutcome::solved);
  kiosk.say(desk::SessionOver{session});
  until([&] { return hub.sessions().empty(); });

  // Logged out on another tablet: this one is put out within half a minute, whatever it does.
  CHECK(sessions->end(cookie.substr(cookie.find('=') + 1)).ok());
  for (int i = 0; i < 6; ++i) {
    CHECK(browser->send(frame(10, "")));  // a pong: alive
    for (int steps = 0; steps < 20; ++steps) step();
    clock.advance(5s);
  }
  may_pass = true;
  const std::string rest = rest_of(*browser);
  LONGS_EQUAL(1008, close_code(rest));
  const std::vector<std::string> in_order{R"("type":"kiosk")",  R"("type":"session")",
                                          R"("type":"mirror")", R"("type":"pointed")",
                                          R"("type":"mirror")", R"("type":"session_gone")"};
  std::size_t from = 0;
  for (const std::string& said : in_order) {
    from = rest.find(said, from);
    CHECK_TEXT(from != std::string::npos, said.c_str());
    ++from;
  }
  end.emit(asio::cancellation_type::terminal);
  for (int i = 0; i < 20; ++i) step();
}
