// kioskd: the command line, and what this process is: a kiosk in service, or one to be set up.

#include <cstdio>

#include <poll.h>

#include "firmware/apps/kioskd/configuration.h"
#include "firmware/apps/kioskd/kiosk.h"
#include "firmware/apps/kioskd/setup_mode.h"
#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/log.h"
#include "firmware/base/secret.h"
#include "firmware/message/descriptor.h"
#include "firmware/message/repair.h"

namespace madoguchi {
namespace {

constexpr int wrong_configuration = 2;

struct Options {
  std::string config;
  std::string report;
  std::vector<std::string> provision_dirs;
  int ui_fd = -1;
  int link_fd = -1;
  int call_fd = -1;     ///< none: no consultation is offered
  int control_fd = -1;  ///< none: the configuration's socket
};

int complain(const Error& error) {
  (void)std::fprintf(stderr, "kioskd: %s\n", error.text().c_str());
  return wrong_configuration;
}

/// kiosk-wires may keep the pairs and hand over this process's ends.
Status meet_neighbours(Options& options) {
  for (int* const fd : {&options.ui_fd, &options.link_fd, &options.call_fd}) {
    if (*fd < 0) continue;
    const Result<int> end = connected_end(*fd);
    if (!end) return end.error();
    *fd = *end;
  }
  return {};
}

/// The glass shall not say that nothing has come: the reason is in the log.
void show_wrong_configuration(int ui_fd) {
  constexpr int patience_ms = 2'000;
  pollfd said_ready{ui_fd, POLLIN, 0};
  if (::poll(&said_ready, 1, patience_ms) != 1) return;
  const Result<int> end = connected_end(ui_fd);
  if (!end) return;
  BlockingChannel channel(*end);
  (void)channel.send(encode(KioskToUi{ShowScreen{1, repair_screen(configuration_wrong, "", "")}}));
}

/// A kiosk that is nobody yet.
int set_up(Options options, const KioskConfiguration& configuration) {
  if (const Status met = meet_neighbours(options); !met) return complain(met.error());
  return run_setup(
      {options.config, options.provision_dirs, options.ui_fd, options.link_fd, options.control_fd},
      configuration);
}

int run(Options options) {
  set_log_process("kioskd");
  guard_process_memory();
  Result<KioskConfiguration> configuration = read_configuration(options.config);
  if (!configuration) {
    show_wrong_configuration(options.ui_fd);
    return complain(configuration.error());
  }
  if (configuration->visit.kiosk_id.empty()) return set_up(std::move(options), *configuration);
  configuration->visit.report_file = options.report;
  visit::Upkeep upkeep;
  asio::io_context loop{1};
  SystemTimers timers;
  Result<Cabinet> cabinet = open_cabinet(*configuration, timers);
  if (!cabinet) {
    show_wrong_configuration(options.ui_fd);
    return complain(cabinet.error());
  }
  if (const Status met = meet_neighbours(options); !met) return complain(met.error());
  Kiosk kiosk(loop, timers, upkeep, *configuration, std::move(*cabinet),
              SetupFiles(options.config, configuration->state_dir, configuration->seal_key,
                         options.provision_dirs));
  const KioskEnds ends{options.ui_fd, options.link_fd, options.call_fd, options.control_fd};
  if (const Status opened = kiosk.open(ends); !opened) return complain(opened.error());
  return kiosk.run();
}

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  madoguchi::Options options;
  CLI::App app(
      "The visits, devices and journal of a kiosk. Started by the supervisor with one end of a\n"
      "SOCK_SEQPACKET socket pair for each neighbour process.",
      "kioskd");
  app.add_option("--config", options.config, "kiosk.toml (docs/architecture.md)")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--ui-fd", options.ui_fd, "descriptor of the socket pair to kiosk-ui")
      ->required()
      ->check(CLI::Range(0, 65535));
  app.add_option("--link-fd", options.link_fd, "descriptor of the socket pair to kiosk-link")
      ->required()
      ->check(CLI::Range(0, 65535));
  app.add_option(
         "--call-fd", options.call_fd,
         "descriptor of the socket pair to kiosk-call; without it, and without enabled = true "
         "in [consult], no consultation by video is offered")
      ->check(CLI::Range(0, 65535));
  app.add_option("--control-fd", options.control_fd,
                 "descriptor of a SOCK_SEQPACKET socket that listens for kioskctl; without it "
                 "control_socket of [kiosk] is made, if there is one")
      ->check(CLI::Range(0, 65535));
  app.add_option(
         "--provision", options.provision_dirs,
         "a folder in which a provision.toml of tools/flash may lie; it is erased after use")
      ->type_name("DIR");
  app.add_option("--report", options.report, "write a JSON report of each visit to this file");
  app.set_version_flag("--version", std::string("kioskd ") + MADOGUCHI_VERSION);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(options);
}
