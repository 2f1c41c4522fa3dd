#include "firmware/apps/kioskd/setup_mode.h"

#include <csignal>
#include <cstdio>

#include <boost/asio/signal_set.hpp>

#include "firmware/apps/kioskd/control_desk.h"
#include "firmware/apps/kioskd/identity_control.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/apps/kioskd/setup_papers.h"
#include "firmware/apps/kioskd/ui_front.h"
#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "hal/code_reader/serial_code_reader.h"

namespace madoguchi {
int run_setup(const SetupOptions& options, const KioskConfiguration& configuration) {
  asio::io_context loop{1};
  SystemTimers timers;
  FaultBoard faults;
  UiFront front(loop.get_executor(), options.ui_fd);
  LinkPort link(loop.get_executor(), timers, faults, options.link_fd);
  std::unique_ptr<CodeReader> codes;
  if (!configuration.code_reader.empty())
    codes = make_serial_code_reader(loop.get_executor(), timers, configuration.code_reader);
  SetupFiles papers(options.config, configuration.state_dir, configuration.seal_key,
                    options.provision_dirs);
  visit::SetupRoom room{{timers, front, configuration.visit}, papers, link, codes.get()};
  visit::SetupVisit visit(room);
  visit::Upkeep upkeep;
  upkeep.now(visit::Activity::setup);
  const auto bench = [&] {
    return visit::SelfTestBench{timers,
                                faults,
                                &front,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                &link,
                                nullptr,
                                nullptr,
                                configuration.state_dir,
                                nullptr};
  };
  const auto control = ControlDesk::open(
      loop.get_executor(),
      {timers, configuration, faults, link, upkeep, front, front, bench, [] { return nullptr; }},
      options.control_fd);
  if (!control) {
    (void)std::fprintf(stderr, "kioskd: %s\n", control.error().text().c_str());
    return 2;
  }
  IdentityControl identity(link, configuration.keys_socket, configuration.erase_request);
  identity.serve(**control);
  int exit_code = 0;
  const auto set_up = [&]() -> Task<void> {
    co_await visit.run();
    co_await timers.sleep(UiFront::until_sent);
    loop.stop();
  };
  const auto until_gone = [&](auto& port, const char* name) -> Task<void> {
    co_await port.listen();
    log_event(Event::peer_lost, {{"peer", name}});
    exit_code = 3;
    loop.stop();
  };
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  log_event(Event::process_started, {{"kiosk", "none yet"}});
  asio::co_spawn(loop, until_gone(front, "kiosk-ui"), asio::detached);
  asio::co_spawn(loop, until_gone(link, "kiosk-link"), asio::detached);
  asio::co_spawn(loop, set_up(), asio::detached);
  asio::co_spawn(loop, (*control)->run(), asio::detached);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  loop.run();
  log_event(Event::process_stopping);
  return exit_code;
}

}  // namespace madoguchi
