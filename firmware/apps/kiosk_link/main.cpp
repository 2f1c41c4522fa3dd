// kiosk-link: carries kioskd's calls and live messages to the gateway. Holds the kiosk's TLS key
// and nothing of a visit.
#include <csignal>
#include <cstdio>
#include <random>

#include <boost/asio/signal_set.hpp>

#include "firmware/apps/kiosk_link/update_line.h"
#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/link/connection_test.h"
#include "firmware/link/http_client.h"
#include "firmware/link/live_link.h"
#include "firmware/link/relay.h"
#include "firmware/link/relay_pump.h"
#include "firmware/link/server_trust.h"
#include "firmware/link/spki_pin.h"
#include "firmware/link/trust_refresh.h"
#include "firmware/link/web_socket_client.h"
#include "firmware/message/channel.h"
#include "firmware/message/descriptor.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/framing.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {
namespace {

constexpr int wrong_configuration = 2;
// What an answer needs in its message beside the body.
constexpr std::size_t envelope = 4096;

int complain(const std::string& what) {
  (void)std::fprintf(stderr, "kiosk-link: %s\n", what.c_str());
  return wrong_configuration;
}

struct Configuration {
  HttpServer server;
  ServerTrustSettings trust;
  std::optional<RelayFront> relay;
  std::optional<DdiConfiguration> ddi;  ///< nothing: updates come from elsewhere
};

void read_pins(Config& config, const char* key, std::vector<std::string>& out) {
  if (auto pins = parse_pins(out); !pins) config.problem(key, pins.error().what);
}

/// The relay's front stands in the city beside the gateway; by default it trusts and is trusted by
/// the same files.
RelayFront read_relay(Config& config, const TlsFiles& link) {
  RelayFront front;
  front.address = config.text("relay.front", "");
  front.tls.ca = config.path("relay.ca", link.ca);
  front.tls.certificate = config.path("relay.certificate", link.certificate);
  front.tls.key = config.path("relay.key", link.key);
  front.tls.pins = config.texts("relay.pins");
  read_pins(config, "relay.pins", front.tls.pins);
  if (front.tls.ca == link.ca && front.tls.pins.empty()) front.tls.pins = link.pins;
  return front;
}

Result<Configuration> read_configuration(const std::string& path, bool with_relay) {
  auto loaded = Config::load(path);
  if (!loaded) return loaded.error();
  Config& config = *loaded;
  Configuration out;
  HttpServer& server = out.server;
  server.max_body = max_message - envelope;
  server.url = config.text("link.url");
  if (!server.url.starts_with("https://")) config.problem("link.url", "must begin with https://");
  server.tls.ca = config.path("link.ca");
  server.tls.certificate = config.path("link.certificate");
  server.tls.key = config.path("link.key");
  server.tls.pins = config.texts("link.pins");
  read_pins(config, "link.pins", server.tls.pins);
  out.trust.ca = server.tls.ca;
  out.trust.crl = config.path("link.crl", "");
  out.trust.crl_max_age = std::chrono::hours(config.number("link.crl_max_age_h", 168, 1, 24 * 366));
  out.trust.stale_is_refused =
      config.word("link.crl_stale", "refuse", {"refuse", "log"}) == "refuse";
  out.trust.state_dir = config.path("link.state_dir", "");
  out.trust.seal_key = config.path("gateway.seal_key", "");
  out.ddi = read_ddi(config, server);
  std::vector<std::string> sections{"link", "ddi"};
  if (with_relay) {
    RelayFront front = read_relay(config, server.tls);
    if (!front.address.empty()) out.relay = std::move(front);
    sections.emplace_back("relay");
  }
  if (Status good = config.finish(sections); !good) return good.error();
  return out;
}

// Ends when kioskd is gone, or out of step with us.
Task<void> listen(Channel& channel, Relay& relay, LiveLink& live, ConnectionTester& tester,
                  UpdateLine* updates) {
  for (;;) {
    const Result<Bytes> bytes = co_await channel.receive();
    if (!bytes) {
      if (bytes.error().code != Errc::gone)
        log_event(Event::message_refused, {{"why", bytes.error().text()}});
      co_return;
    }
    auto message = decode<KioskToLink>(*bytes);
    if (!message) {
      log_event(Event::message_refused, {{"why", message.error().text()}});
      continue;
    }
    if (auto* say = std::get_if<LiveSay>(&*message)) {
      live.say(std::move(*say));
    } else if (auto* test = std::get_if<TestConnection>(&*message)) {
      tester.ask(std::move(*test));
    } else if (updates == nullptr || !updates->handle(*message)) {
      relay.handle(std::move(*message));
    }
  }
}

Task<void> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
}

// kiosk-call may be gone, or there may be none: nothing else ends with it.
Task<void> carry_calls(RelayPump* pump, int call_fd, Timers& timers) {
  if (pump != nullptr) co_await pump->run(call_fd);
  for (;;) co_await timers.sleep(std::chrono::hours(1));
}

Task<void> look_for_updates(UpdateLine* updates, Timers& timers) {
  if (updates != nullptr) co_await updates->run();
  for (;;) co_await timers.sleep(std::chrono::hours(1));
}

Task<void> serve(Channel& channel, Relay& relay, LiveLink& live, TrustRefresh& refresh,
                 ConnectionTester& tester, Task<void> calls, UpdateLine* updates, Timers& timers) {
  (void)co_await (listen(channel, relay, live, tester, updates) || relay.run() || live.run() ||
                  refresh.run() || tester.run() || std::move(calls) ||
                  look_for_updates(updates, timers) || wait_for_end());
}

int run(const std::string& config_path, int fd, int call_fd) {
  auto configuration = read_configuration(config_path, call_fd >= 0);
  if (!configuration) return complain(configuration.error().text());
  HttpServer& server = configuration->server;
  asio::io_context loop(1);  // first, because every socket must go before it
  SystemTimers timers;
  auto trust = ServerTrust::open(configuration->trust);
  if (!trust) return complain(trust.error().text());
  server.trust.trust = trust->get();
  const WebSocketServer live_server{
      server.url, server.tls, desk::live_path, desk::live_subprotocol, {}, server.trust};
  auto client = HttpClient::create(timers, server);
  if (!client) return complain(client.error().text());
  auto live_client = WebSocketClient::create(timers, live_server);
  if (!live_client) return complain(live_client.error().text());
  const HttpServer tested = server;
  server.trust.fetches_it = true;
  auto trust_client = HttpClient::create(timers, server);
  if (!trust_client) return complain(trust_client.error().text());
  const auto end = connected_end(fd);
  if (!end) return complain("--fd: " + end.error().text());
  auto call_end = call_fd < 0 ? Result<int>(-1) : connected_end(call_fd);
  if (!call_end) return complain("--call-fd: " + call_end.error().text());

  Channel channel(loop.get_executor(), *end);
  std::mt19937 engine(std::random_device{}());
  const auto to_kiosk = [&channel](const LinkToKiosk& message) {
    const Status sent = channel.send(message);
    if (!sent) log_event(Event::message_refused, {{"why", sent.error().text()}});
  };
  const auto random = [&engine] {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
  Relay relay(timers, **client, to_kiosk, random);
  LiveLink live(timers, **live_client, to_kiosk, random);
  TrustRefresh refresh(timers, **trust_client, **trust);
  ConnectionTester tester(timers, tested, to_kiosk);
  std::unique_ptr<RelayPump> pump;
  if (configuration->relay) {
    RelayFront& front = *configuration->relay;
    // What is known of the gateway's CA says nothing about another one.
    if (front.tls.ca == server.tls.ca) front.trust.trust = trust->get();
    auto made = RelayPump::create(timers, front, random);
    if (!made) return complain(made.error().text());
    pump = std::move(*made);
  }
  std::unique_ptr<UpdateLine> updates;
  if (configuration->ddi) {
    const bool own_ca = configuration->ddi->tls.ca == server.tls.ca;
    auto made = UpdateLine::create(loop.get_executor(), timers, *configuration->ddi,
                                   TrustUse{own_ca ? trust->get() : nullptr}, to_kiosk, random);
    if (!made) return complain(made.error().text());
    updates = std::move(*made);
  }
  log_event(Event::process_started);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  asio::co_spawn(loop,
                 serve(channel, relay, live, refresh, tester,
                       carry_calls(pump.get(), *call_end, timers), updates.get(), timers),
                 [&loop](const std::exception_ptr&) { loop.stop(); });  // stay_alive has no end
  loop.run();
  log_event(Event::process_stopping);
  return 0;
}

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  madoguchi::set_log_process("kiosk-link");
  CLI::App app("Carries the kiosk's calls and live messages to the gateway over TLS 1.3",
               "kiosk-link");
  app.set_version_flag("--version", "kiosk-link " MADOGUCHI_VERSION);
  std::string config;
  int fd = -1;
  int call_fd = -1;
  app.add_option("--config", config,
                 "kiosk.toml; its [link], [relay] and [ddi] are read, and [gateway] seal_key")
      ->required();
  app.add_option("--fd", fd, "this end of the socket pair with kioskd")
      ->required()
      ->check(CLI::NonNegativeNumber);
  app.add_option(
         "--call-fd", call_fd,
         "the same with kiosk-call, whose media go to the [relay] of kiosk.toml; without front "
         "there, none do")
      ->check(CLI::NonNegativeNumber);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(config, fd, call_fd);
}
