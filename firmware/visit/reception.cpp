#include "firmware/visit/reception.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/certificate_visit.h"
#include "firmware/visit/recovery.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto glance = 1s;          // how soon a change of hours or faults shows
constexpr auto check_devices = 10s;  // how often idle devices are asked
constexpr auto forget_look = 60s;    // a language that nobody uses goes back to the city's

/// Asks the devices how they are and keeps the fault board true.
Task<void> look_at_devices(Desk& desk) {
  const Result<PrinterState> printer = co_await desk.printer.state();
  desk.faults.clear("printer");
  if (!printer) {
    desk.faults.raise({"printer", std::string(name_of(printer.error().code)), printer.error().what});
  } else if (printer->trouble != PrinterTrouble::none) {
    desk.faults.raise({"printer", "trouble", printer->detail});
  }
  const Result<TerminalState> terminal = co_await desk.terminal.diagnose();
  if (terminal && terminal->ready) {
    desk.faults.clear("terminal");
  } else {
    desk.faults.raise({"terminal", "not_ready", terminal ? terminal->detail : terminal.error().what});
    (void)co_await desk.terminal.login();
  }
}

/// The device whose fault keeps the kiosk from serving, or nothing.
std::optional<std::string> out_of_service(const Desk& desk) {
  for (const char* device : {"reader", "printer", "terminal"}) {
    if (desk.faults.stands(device)) return device;
  }
  if (!desk.link.up()) return "link";
  return std::nullopt;
}

Task<void> serve(Desk& desk, const Look& look) {
  Dialogue dialogue(desk, look);
  CertificateVisit visit(desk, dialogue);
  const Report report = co_await visit.run();
  if (desk.settings.report_file.empty()) co_return;
  if (Status written = write_report(desk.settings.report_file, report); !written) {
    log_event(Event::journal_failed, {{"error", written.error().text()}});
  }
}

}  // namespace

Task<void> receive_residents(Desk& desk) {
  (void)co_await desk.terminal.login();
  co_await look_at_devices(desk);
  co_await recover(desk);
  auto checked = desk.timers.now();
  std::optional<Dialogue> dialogue;
  dialogue.emplace(desk, Look{});
  auto touched = desk.timers.now();
  bool guide = false;
  const Watch card_placed = [&desk]() -> Task<void> {
    const Result<CardInField> card = co_await desk.reader.wait_for_card();
    if (card) {
      desk.faults.clear("reader");
      co_return;
    }
    desk.faults.raise({"reader", std::string(name_of(card.error().code)), card.error().what});
    co_await desk.timers.sleep(glance);
  };
  for (;;) {
    if (desk.timers.now() - checked >= check_devices) {
      co_await look_at_devices(desk);
      co_await recover(desk);
      checked = desk.timers.now();
    }
    if (desk.timers.now() - touched >= forget_look) {
      dialogue.emplace(desk, Look{});
      guide = false;
      touched = desk.timers.now();
    }
    if (!desk.settings.hours.open_at(desk.timers.wall())) {
      co_await dialogue->ask_for(closed_screen(desk.settings.hours), glance);
      continue;
    }
    if (const auto device = out_of_service(desk)) {
      co_await dialogue->ask_for(out_of_service_screen(*device), glance, *device == "reader" ? card_placed : Watch{});
      continue;
    }
    if (guide) {
      const Reply reply = co_await dialogue->ask_for(guide_screen(desk.settings.hours), forget_look);
      guide = false;
      touched = desk.timers.now();
      if (reply.what == Reply::What::left) dialogue.emplace(desk, Look{});
      continue;
    }
    const Look before = dialogue->look();
    const Reply reply = co_await dialogue->ask_for(welcome_screen(), glance, card_placed);
    if (before.language != dialogue->look().language || before.text_size != dialogue->look().text_size) {
      touched = desk.timers.now();
    }
    guide = reply.is("service.guide");
    const bool card = reply.what == Reply::What::watched && !desk.faults.stands("reader");
    if (reply.is("service.certificate") || card) {
      co_await serve(desk, dialogue->look());
      dialogue.emplace(desk, Look{});
      touched = desk.timers.now();
    }
  }
}

}  // namespace madoguchi::visit
