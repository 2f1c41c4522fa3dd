// kiosk-link: carries kioskd's calls and live messages to the gateway. Holds the kiosk's TLS key
// and nothing of a visit.
#include <csignal>
#include <cstdio>
#include <random>

#include <boost/asio/signal_set.hpp>
#include <sys/socket.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/link/http_client.h"
#include "firmware/link/live_link.h"
#include "firmware/link/relay.h"
#include "firmware/link/server_trust.h"
#include "firmware/link/spki_pin.h"
#include "firmware/link/trust_refresh.h"
#include "firmware/link/web_socket_client.h"
#include "firmware/message/channel.h"
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
};

Result<Configuration> read_configuration(const std::string& path) {
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
  if (auto pins = parse_pins(server.tls.pins); !pins)
    config.problem("link.pins", pins.error().what);
  out.trust.ca = server.tls.ca;
  out.trust.crl = config.path("link.crl", "");
  out.trust.crl_max_age = std::chrono::hours(config.number("link.crl_max_age_h", 168, 1, 24 * 366));
  out.trust.stale_is_refused =
      config.word("link.crl_stale", "refuse", {"refuse", "log"}) == "refuse";
  out.trust.state_dir = config.path("link.state_dir", "");
  out.trust.seal_key = config.path("gateway.seal_key", "");
  if (Status good = config.finish({"link"}); !good) return good.error();
  return out;
}

bool is_packet_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// Ends when kioskd is gone, or out of step with us.
Task<void> listen(Channel& channel, Relay& relay, LiveLink& live) {
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
    } else {
      relay.handle(std::move(*message));
    }
  }
}

Task<void> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
}

Task<void> serve(Channel& channel, Relay& relay, LiveLink& live, TrustRefresh& refresh) {
  (void)co_await (listen(channel, relay, live) || relay.run() || live.run() || refresh.run() ||
                  wait_for_end());
}

int run(const std::string& config_path, int fd) {
  auto configuration = read_configuration(config_path);
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
  server.trust.fetches_it = true;
  auto trust_client = HttpClient::create(timers, server);
  if (!trust_client) return complain(trust_client.error().text());
  if (!is_packet_socket(fd))
    return complain("--fd " + std::to_string(fd) + " is not a SOCK_SEQPACKET socket");

  Channel channel(loop.get_executor(), fd);
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
  log_event(Event::process_started);
  asio::co_spawn(loop, serve(channel, relay, live, refresh), asio::detached);
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
  app.add_option("--config", config, "kiosk.toml; its [link] is read, and [gateway] seal_key")
      ->required();
  app.add_option("--fd", fd, "this end of the socket pair with kioskd")
      ->required()
      ->check(CLI::NonNegativeNumber);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(config, fd);
}
