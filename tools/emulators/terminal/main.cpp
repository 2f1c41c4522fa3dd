// emulator-terminal: a cashless payment terminal with a ledger of its own. See README.md.
#include <cstdio>
#include <cstdlib>

#include <boost/asio/signal_set.hpp>
#include <signal.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/terminal/server.h"

namespace madoguchi::emulator {
namespace {

struct Options {
  ServerSettings server;
  PoiSettings poi;
  std::string ledger;
  std::string key;
  double retouch_limit_s = 20;
  int auto_tap_ms = -1;
  double tap_limit_s = 60;
};

int refuse_to_start(const Error& error) {
  (void)std::fprintf(stderr, "emulator-terminal: %s\n", error.text().c_str());
  return 2;
}

int run(Options options) {
  signal(SIGPIPE, SIG_IGN);
  if (options.auto_tap_ms >= 0)
    options.poi.auto_tap = std::chrono::milliseconds(options.auto_tap_ms);
  options.poi.tap_limit = std::chrono::milliseconds(static_cast<int>(options.tap_limit_s * 1000));
  options.poi.retouch_limit =
      std::chrono::milliseconds(static_cast<int>(options.retouch_limit_s * 1000));
  if (!options.key.empty()) {
    auto security = Security::open(options.key);
    if (!security.ok()) return refuse_to_start(security.error());
    options.poi.security = std::move(*security);
  }
  auto ledger = Ledger::open(options.ledger);
  if (!ledger.ok()) return refuse_to_start(ledger.error());

  asio::io_context loop;
  SystemTimers timers;
  Poi poi(timers, std::move(*ledger), options.poi);
  auto server = Server::open(loop, poi, options.server);
  if (!server.ok()) return refuse_to_start(server.error());

  asio::signal_set endings(loop, SIGTERM, SIGINT);
  endings.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  const auto obey = [&](const std::string& line) {
    if (line == "mode gone") {
      (*server)->gone();
    } else if (line == "mode back") {
      (*server)->back();
    } else if (!poi.command(line)) {
      tell(std::string("not understood; commands: ") + Poi::usage());
    }
  };
  asio::co_spawn(loop, read_command_lines(obey), [&](std::exception_ptr) { loop.stop(); });
  tell("ready " + (*server)->url());
  loop.run();
  std::fflush(stdout);
  std::_Exit(EXIT_SUCCESS);  // as a terminal that is switched off: open requests just end
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  madoguchi::emulator::Options options;
  CLI::App app{"A payment terminal that speaks nexo Sale-to-POI; commands on standard input",
               "emulator-terminal"};
  app.set_version_flag("--version", MADOGUCHI_VERSION);
  app.add_option("--port", options.server.port, "TCP port on 127.0.0.1; 0 takes a free one");
  auto* certificate = app.add_option("--tls-certificate", options.server.certificate,
                                     "PEM chain: HTTPS with TLS 1.3 instead of HTTP");
  auto* key = app.add_option("--tls-key", options.server.key, "PEM key of the certificate");
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--ledger", options.ledger, "File that keeps the ledger over restarts");
  app.add_option("--poi-id", options.poi.poi_id, "Reject messages for another POIID");
  app.add_option("--auto-tap", options.auto_tap_ms, "Tap by itself after MS milliseconds")
      ->check(CLI::Range(0, 600'000));
  app.add_option("--key", options.key,
                 "File with identifier, version, passphrase: only messages protected by nexo's "
                 "local security");
  app.add_option("--brand", options.poi.brand, "Brand of the card that taps when none is said");
  app.add_option("--retouch-limit", options.retouch_limit_s,
                 "Seconds to wait for the second touch after an interrupted one")
      ->check(CLI::Range(0.0, 3600.0));
  app.add_option("--tap-limit", options.tap_limit_s, "Seconds to wait for a tap")
      ->check(CLI::Range(0.0, 3600.0));
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::emulator::run(std::move(options));
}
