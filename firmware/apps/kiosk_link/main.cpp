// kiosk-link: carries kioskd's calls and live messages to the gateway. Holds the kiosk's TLS key
// and nothing of a visit.
#include <csignal>
#include <cstdio>
#include <random>

#include <boost/asio/signal_set.hpp>

#include "firmware/apps/kiosk_link/connections.h"
#include "firmware/apps/kiosk_link/tls_settings.h"
#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/link/enrolment.h"
#include "firmware/message/channel.h"
#include "firmware/message/descriptor.h"
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
  ConnectionSettings connections;
  EnrolmentSettings enrolment;
  /// Whether certificate and key are files of kiosk.toml; else the kiosk is enrolled.
  [[nodiscard]] bool is_configured() const { return enrolment.keys_socket.empty(); }
};

/// The relay's front stands in the city beside the gateway; by default it trusts and is trusted by
/// the same files.
RelayFront read_relay(Config& config, const TlsFiles& link) {
  RelayFront front;
  front.address = config.text("relay.front", "");
  front.tls = read_tls_files(config, "relay", link);
  return front;
}

Result<Configuration> read_configuration(const std::string& path, bool with_relay) {
  auto loaded = Config::load(path);
  if (!loaded) return loaded.error();
  Config& config = *loaded;
  Configuration out;
  HttpServer& server = out.connections.server;
  ServerTrustSettings& trust = out.connections.trust;
  EnrolmentSettings& enrolment = out.enrolment;
  server.max_body = max_message - envelope;
  server.tls.key = config.path("link.key", "");
  // Without a key of its own the kiosk is enrolled, and knows its gateway from that.
  if (server.tls.key.empty()) enrolment.keys_socket = config.path("keys.socket");
  const auto needed = out.is_configured() ? std::optional<std::string>() : std::string();
  server.url = config.text("link.url", needed);
  if (!server.url.empty() && !server.url.starts_with("https://"))
    config.problem("link.url", "must begin with https://");
  server.tls.ca = config.path("link.ca", needed);
  server.tls.certificate = config.path("link.certificate", needed);
  server.tls.pins = read_pins(config, "link.pins");
  trust.ca = server.tls.ca;
  trust.crl = config.path("link.crl", "");
  trust.crl_max_age = std::chrono::hours(config.number("link.crl_max_age_h", 168, 1, 24 * 366));
  trust.stale_is_refused = config.word("link.crl_stale", "refuse", {"refuse", "log"}) == "refuse";
  trust.state_dir = config.path("link.state_dir", "");
  trust.seal_key = config.path("gateway.seal_key", "");
  enrolment.folder = out.is_configured() ? trust.state_dir : config.path("link.state_dir");
  enrolment.certificate = server.tls.certificate;
  enrolment.enrol_url = config.text("link.enrol_url", "");
  enrolment.ca = server.tls.ca;
  enrolment.pins = server.tls.pins;
  out.connections.ddi = read_ddi(config, server);
  std::vector<std::string> sections{"link", "ddi"};
  if (with_relay) {
    RelayFront front = read_relay(config, server.tls);
    if (!front.address.empty()) out.connections.relay = std::move(front);
    sections.emplace_back("relay");
  }
  if (Status good = config.finish(sections); !good) return good.error();
  return out;
}

/// Puts what the kiosk was enrolled as where kiosk.toml says nothing else.
ConnectionSettings settings_for(const Configuration& configuration, const Enrolment& enrolment) {
  ConnectionSettings settings = configuration.connections;
  if (configuration.is_configured()) return settings;
  const TlsFiles files = enrolment.files();
  const std::string configured_ca = settings.server.tls.ca;
  TlsFiles& link = settings.server.tls;
  if (link.ca.empty()) link.ca = files.ca;
  link.certificate = files.certificate;
  link.keys_socket = files.keys_socket;
  link.renewals = files.renewals;
  settings.trust.ca = link.ca;
  settings.trust.seal_key = enrolment.seal_key();
  if (settings.server.url.empty()) settings.server.url = enrolment.held()->url;
  const auto take = [&](TlsFiles& other) {
    if (!other.key.empty()) return;
    if (other.ca == configured_ca) other.ca = link.ca;
    other.certificate = link.certificate;
    other.keys_socket = link.keys_socket;
    other.renewals = link.renewals;
  };
  if (settings.relay) take(settings.relay->tls);
  if (settings.ddi) {
    take(settings.ddi->tls);
    if (settings.ddi->kiosk.empty()) settings.ddi->kiosk = enrolment.held()->kiosk;
  }
  return settings;
}

Task<void> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
}

/// What all of this process's work shares. Loop thread only.
class Link {
 public:
  Link(const asio::any_io_executor& loop, Timers& timers, Configuration configuration, int fd,
       int call_fd)
      : loop_(loop),
        timers_(timers),
        configuration_(std::move(configuration)),
        channel_(loop, fd),
        call_fd_(call_fd) {}

  Status open() {
    auto made = Enrolment::open(
        timers_, configuration_.enrolment, [this](const LinkToKiosk& what) { say(what); },
        [this] { return random(); }, [this] { return now(); });
    if (!made) return made.error();
    enrolment_ = std::move(*made);
    return connect();
  }

  Task<void> run() { (void)co_await (listen() || enrolment_->run() || serve() || wait_for_end()); }

 private:
  /// Nobody's connections are none: the kiosk is to be enrolled first.
  Status connect() {
    connections_.reset();
    enrolment_->use(nullptr);
    if (!configuration_.is_configured() && enrolment_->held() == nullptr) return {};
    auto made = Connections::open(
        loop_, timers_, settings_for(configuration_, *enrolment_),
        [this](const LinkToKiosk& what) { say(what); }, [this] { return random(); });
    if (!made) return made.error();
    connections_ = std::move(*made);
    enrolment_->use(&connections_->trust());
    return {};
  }

  Task<void> serve() {
    for (;;) {
      if (connections_ != nullptr) {
        (void)co_await (connections_->run(call_fd_) || enrolment_->replaced());
      } else {
        say(LinkState{false, "this kiosk is not enrolled"});
        co_await enrolment_->replaced();
      }
      if (Status connected = connect(); !connected)
        log_event(Event::identity_trouble,
                  {{"what", "connect"}, {"why", connected.error().text()}});
    }
  }

  // Ends when kioskd is gone, or out of step with us.
  Task<void> listen() {
    for (;;) {
      const Result<Bytes> bytes = co_await channel_.receive();
      if (!bytes) {
        if (bytes.error().code != Errc::gone)
          log_event(Event::message_refused, {{"why", bytes.error().text()}});
        co_return;
      }
      auto message = decode<KioskToLink>(*bytes);
      if (!message) {
        log_event(Event::message_refused, {{"why", message.error().text()}});
      } else {
        handle(std::move(*message));
      }
    }
  }

  void handle(KioskToLink message) {
    const bool of_identity = std::holds_alternative<EnrolRequest>(message) ||
                             std::holds_alternative<RenewRequest>(message) ||
                             std::holds_alternative<ForgetIdentity>(message);
    if (of_identity) return enrolment_->handle(std::move(message));
    if (connections_ != nullptr) return connections_->handle(std::move(message));
    if (const auto* call = std::get_if<HttpCall>(&message))
      say(HttpAnswer{call->id, {}, std::string(name_of(Errc::gone)), {}});
  }

  void say(const LinkToKiosk& message) {
    if (const auto* state = std::get_if<LinkState>(&message)) enrolment_->link_is(*state);
    const Status sent = channel_.send(message);
    if (!sent) log_event(Event::message_refused, {{"why", sent.error().text()}});
  }

  double random() { return std::uniform_real_distribution<double>(0.0, 1.0)(engine_); }
  /// By which certificates are judged: never before what the gateway has signed.
  Timers::Wall now() {
    return connections_ ? connections_->trust().now(timers_.wall()) : timers_.wall();
  }

  asio::any_io_executor loop_;
  Timers& timers_;
  Configuration configuration_;
  Channel channel_;
  int call_fd_;
  std::mt19937 engine_{std::random_device{}()};
  std::unique_ptr<Enrolment> enrolment_;
  std::unique_ptr<Connections> connections_;
};

int run(const std::string& config_path, int fd, int call_fd) {
  auto configuration = read_configuration(config_path, call_fd >= 0);
  if (!configuration) return complain(configuration.error().text());
  asio::io_context loop(1);  // first, because every socket must go before it
  SystemTimers timers;
  const auto end = connected_end(fd);
  if (!end) return complain("--fd: " + end.error().text());
  auto call_end = call_fd < 0 ? Result<int>(-1) : connected_end(call_fd);
  if (!call_end) return complain("--call-fd: " + call_end.error().text());
  Link link(loop.get_executor(), timers, std::move(*configuration), *end, *call_end);
  if (Status opened = link.open(); !opened) return complain(opened.error().text());
  log_event(Event::process_started);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  asio::co_spawn(loop, link.run(),
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
                 "kiosk.toml; its [link], [relay] and [ddi] are read, [gateway] seal_key, and "
                 "[keys] socket")
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
