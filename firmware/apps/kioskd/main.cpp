// kioskd: wiring only.

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <boost/asio/signal_set.hpp>
#include <poll.h>

#include "firmware/apps/kioskd/call_port.h"
#include "firmware/apps/kioskd/configuration.h"
#include "firmware/apps/kioskd/control_desk.h"
#include "firmware/apps/kioskd/identity_control.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/apps/kioskd/service_parts.h"
#include "firmware/apps/kioskd/setup_mode.h"
#include "firmware/apps/kioskd/ui_front.h"
#include "firmware/apps/kioskd/update_control.h"
#include "firmware/apps/kioskd/update_post.h"
#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/base/secret.h"
#include "firmware/base/supervisor.h"
#include "firmware/message/descriptor.h"
#include "firmware/message/repair.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/journal_wait.h"
#include "firmware/visit/reception.h"
#include "hal/code_reader/serial_code_reader.h"
#include "hal/escpos/escpos_printer.h"
#include "hal/gpio/gpio_booth_switch.h"
#include "hal/ipp/ipp_printer.h"
#include "hal/nfc/nfc_reader.h"
#include "hal/pcsc/pcsc_reader.h"
#include "hal/terminal/nexo_terminal.h"

namespace madoguchi {
namespace {

constexpr std::chrono::milliseconds until_sent{50};  // a last screen, before the process ends

struct Options {
  std::string config;
  std::string report;
  std::vector<std::string> provision_dirs;
  int ui_fd = -1;
  int link_fd = -1;
  int call_fd = -1;     ///< none: no consultation is offered
  int control_fd = -1;  ///< none: the configuration's socket
};

/// The devices and papers of one kiosk.
struct Cabinet {
  std::unique_ptr<CardReader> reader;
  std::unique_ptr<PaymentTerminal> terminal;
  std::unique_ptr<Printer> printer;
  std::unique_ptr<ReceiptPrinter> receipt_printer;  ///< nullptr: none
  P256PublicKey seal_key;
};

std::unique_ptr<CardReader> make_reader(const KioskConfiguration& configuration) {
  if (configuration.reader == "nfc") return make_nfc_reader(configuration.nfc_connstring);
  const ExtendedApdus extended = configuration.extended_apdus == "yes"  ? ExtendedApdus::yes
                                 : configuration.extended_apdus == "no" ? ExtendedApdus::no
                                                                        : ExtendedApdus::automatic;
  return make_pcsc_reader(configuration.pcsc_reader, extended);
}

/// Only kioskd's own audit key; the TLS key is another process's.
Result<std::optional<P256PrivateKey>> read_audit_key(const std::string& path) {
  if (path.empty()) return std::optional<P256PrivateKey>();
  Result<Bytes> pem = read_file(path, Secret::max_size - 1);
  if (!pem) return pem.error();
  const Secret text(*pem);
  wipe(pem->data(), pem->size());
  Result<P256PrivateKey> key = P256PrivateKey::from_pem(text);
  if (!key) return Error{key.error().code, path, key.error().what};
  return std::optional(std::move(*key));
}

Result<JournalOptions> journal_options(const KioskConfiguration& configuration) {
  JournalOptions options;
  options.reserve_bytes = static_cast<std::size_t>(configuration.reserve_kib) << 10;
  options.keep = std::chrono::days(configuration.keep_days);
  options.kiosk = configuration.visit.kiosk_id;
  options.checkpoint_entries = configuration.checkpoint_entries;
  options.checkpoint_interval = std::chrono::minutes(configuration.checkpoint_minutes);
  Result<std::optional<P256PrivateKey>> key = read_audit_key(configuration.audit_key);
  if (!key) return key.error();
  options.audit_key = std::move(*key);
  return options;
}

Result<std::unique_ptr<Journal>> open_journal(const KioskConfiguration& configuration,
                                              Timers& timers) {
  std::error_code failed;
  std::filesystem::create_directories(configuration.state_dir, failed);
  if (failed)
    return Error{Errc::io, "kiosk.state_dir", configuration.state_dir + ": " + failed.message()};
  Result<JournalOptions> options = journal_options(configuration);
  if (!options) return options.error();
  return Journal::open(configuration.state_dir + "/journal.sqlite", timers, std::move(*options));
}

Result<Cabinet> open_cabinet(const KioskConfiguration& configuration, Timers& timers) {
  const Result<Bytes> pem = read_file(configuration.seal_key, 65536);
  if (!pem) return pem.error();
  Result<P256PublicKey> seal_key = P256PublicKey::from_pem(*pem);
  if (!seal_key) return Error{seal_key.error().code, configuration.seal_key, seal_key.error().what};
  // A key that cannot be used is a mistake of whoever set the kiosk up; a journal that cannot be
  // opened is the disk's, and is waited for.
  if (Result<JournalOptions> usable = journal_options(configuration); !usable)
    return usable.error();
  Result<std::unique_ptr<Printer>> printer = make_ipp_printer(timers, configuration.printer_uri);
  if (!printer) return printer.error();
  TerminalConfig terminal_config;
  terminal_config.url = configuration.terminal_url;
  terminal_config.tls.ca = configuration.terminal_ca;
  terminal_config.key = configuration.terminal_key;
  terminal_config.sale_id = configuration.visit.sale_id;
  terminal_config.poi_id = configuration.poi_id;
  terminal_config.patience = std::chrono::seconds(configuration.terminal_patience_s);
  Result<std::unique_ptr<PaymentTerminal>> terminal = make_nexo_terminal(timers, terminal_config);
  if (!terminal) return terminal.error();
  std::unique_ptr<ReceiptPrinter> receipt_printer;
  if (configuration.receipts) receipt_printer = make_escpos_printer(configuration.receipt_printer);
  return Cabinet{make_reader(configuration), std::move(*terminal), std::move(*printer),
                 std::move(receipt_printer), std::move(*seal_key)};
}

/// A folder that cannot be read is a mistake of whoever set the kiosk up; a lesson that is wrong is
/// left out, the others are there.
Result<lesson::Shelf> open_lessons(const KioskConfiguration& configuration) {
  if (configuration.lessons_dir.empty()) return lesson::Shelf();
  Result<lesson::Shelf> shelf = lesson::open_shelf(configuration.lessons_dir);
  if (!shelf) return Error{shelf.error().code, "kiosk.lessons_dir", shelf.error().text()};
  for (const std::string& what : shelf->left_out)
    log_event(Event::lesson_event, {{"what", "left out"}, {"error", what}});
  return shelf;
}

/// nullptr without a path.
std::unique_ptr<CodeReader> make_code_reader(asio::io_context& loop, Timers& timers,
                                             const std::string& path) {
  if (path.empty()) return nullptr;
  return make_serial_code_reader(loop.get_executor(), timers, path);
}

/// Consultations by video, where they are offered.
struct Consulting {
  Consulting(asio::io_context& loop, Timers& timers, int fd, const std::string& booth_gpio,
             visit::Companion& live)
      : port(loop.get_executor(), fd),
        booth(booth_gpio.empty() ? nullptr
                                 : make_gpio_booth_switch(loop.get_executor(), timers, booth_gpio)),
        room{port, live, booth.get()} {}
  CallPort port;
  std::unique_ptr<BoothSwitch> booth;
  visit::ConsultRoom room;
};

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
  if (const Status met = meet_neighbours(options); !met) {
    (void)std::fprintf(stderr, "kioskd: %s\n", met.error().text().c_str());
    return 2;
  }
  return run_setup(
      {options.config, options.provision_dirs, options.ui_fd, options.link_fd, options.control_fd},
      configuration);
}

int run(Options options) {
  set_log_process("kioskd");
  guard_process_memory();
  Result<KioskConfiguration> configuration = read_configuration(options.config);
  if (!configuration) {
    (void)std::fprintf(stderr, "kioskd: %s\n", configuration.error().text().c_str());
    show_wrong_configuration(options.ui_fd);
    return 2;
  }
  if (configuration->visit.kiosk_id.empty()) return set_up(std::move(options), *configuration);
  configuration->visit.report_file = options.report;
  visit::Upkeep upkeep;  // before the loop: visits that end with it still tell
  asio::io_context loop{1};
  SystemTimers timers;
  FaultBoard faults;
  Result<Cabinet> cabinet = open_cabinet(*configuration, timers);
  if (!cabinet) {
    (void)std::fprintf(stderr, "kioskd: %s\n", cabinet.error().text().c_str());
    show_wrong_configuration(options.ui_fd);
    return 2;
  }
  const Result<lesson::Shelf> lessons = open_lessons(*configuration);
  if (!lessons) {
    (void)std::fprintf(stderr, "kioskd: %s\n", lessons.error().text().c_str());
    return 2;
  }
  if (const Status met = meet_neighbours(options); !met) {
    (void)std::fprintf(stderr, "kioskd: %s\n", met.error().text().c_str());
    return 2;
  }
  const auto code_reader = make_code_reader(loop, timers, configuration->code_reader);
  UiFront front(loop.get_executor(), options.ui_fd);
  LinkPort link(loop.get_executor(), timers, faults, options.link_fd);
  visit::Companion companion(front, link, timers);
  const bool help = configuration->help;
  visit::Front& stage = help ? static_cast<visit::Front&>(companion) : front;
  std::optional<Consulting> consulting;
  if (configuration->consult && options.call_fd >= 0)
    consulting.emplace(loop, timers, options.call_fd, configuration->booth_gpio, companion);
  std::unique_ptr<Journal> journal;
  std::optional<visit::Desk> desk;
  const auto bench = [&] {
    return visit::SelfTestBench{timers,
                                faults,
                                &front,
                                cabinet->reader.get(),
                                cabinet->printer.get(),
                                cabinet->terminal.get(),
                                cabinet->receipt_printer.get(),
                                &link,
                                consulting ? &consulting->port : nullptr,
                                journal.get(),
                                configuration->state_dir,
                                &cabinet->seal_key};
  };
  std::unique_ptr<UpdatePost> updates;
  if (configuration->update.enabled)
    updates = std::make_unique<UpdatePost>(timers, link, *configuration,
                                           [&] { return test_for_update(upkeep, bench); });
  const auto desk_now = [&] { return desk ? &*desk : nullptr; };
  const auto control = ControlDesk::open(
      loop.get_executor(),
      {timers, *configuration, faults, link, upkeep, stage, front, bench, desk_now},
      options.control_fd);
  if (!control) {
    (void)std::fprintf(stderr, "kioskd: %s\n", control.error().text().c_str());
    return 2;
  }
  IdentityControl identity(link, configuration->keys_socket, configuration->erase_request);
  identity.serve(**control);
  std::optional<UpdateControl> update_control;
  if (updates) update_control.emplace(**control, updates->agent());
  SetupFiles papers(options.config, configuration->state_dir, configuration->seal_key,
                    options.provision_dirs);
  const visit::ServiceRoom service =
      service_room(loop, timers, link, papers, bench, configuration->state_dir);
  std::optional<visit::Reception> reception;
  const visit::Pane pane{timers, stage, configuration->visit};
  const visit::OpenJournal open = [&] { return open_journal(*configuration, timers); };
  const auto receive = [&]() -> Task<void> {
    journal = co_await visit::wait_for_journal(pane, faults, open);
    (*control)->journal_is_open(*journal);
    co_await upkeep.receive();
    desk.emplace(visit::Desk{
        timers, stage, link, *cabinet->reader, *cabinet->terminal, *cabinet->printer, *journal,
        faults, cabinet->seal_key, configuration->visit, cabinet->receipt_printer.get(), &front,
        help ? &companion : nullptr, &*lessons, &front, code_reader.get(),
        consulting ? &consulting->room : nullptr, &service, updates ? &updates->agent() : nullptr});
    reception.emplace(*desk, &upkeep);
    co_await reception->run();
  };

  // When a neighbour process is gone this one stops, too; the supervisor starts all anew and the
  // journal resolves what was open.
  int exit_code = 0;
  const auto until_gone = [&](auto& port, const char* name, bool on_glass) -> Task<void> {
    co_await port.listen();
    log_event(Event::peer_lost, {{"peer", name}});
    if (on_glass) {
      front.show(repair_screen(link_ended, "", configuration->visit.phone));
      co_await timers.sleep(until_sent);
    }
    exit_code = 3;
    loop.stop();
  };
  asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  log_event(Event::process_started, {{"kiosk", configuration->visit.kiosk_id}});
  asio::co_spawn(loop, until_gone(front, "kiosk-ui", false), asio::detached);
  asio::co_spawn(loop, until_gone(link, "kiosk-link", true), asio::detached);
  if (help || consulting) asio::co_spawn(loop, companion.run(), asio::detached);
  // It may go, and calls with it; visits go on.
  if (consulting) asio::co_spawn(loop, consulting->port.listen(), asio::detached);
  if (updates) asio::co_spawn(loop, updates->agent().run(), asio::detached);
  asio::co_spawn(loop, receive(), asio::detached);
  asio::co_spawn(loop, (*control)->run(), asio::detached);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  loop.run();
  log_event(Event::process_stopping);
  return exit_code;
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
