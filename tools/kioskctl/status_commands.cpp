// How the kiosk is: status, faults.

#include <cstdio>
#include <string>

#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;
using control::StandingFault;

constexpr auto soon = 10s;
// A kiosk that restarts; longer than systemd's pauses between tries.
constexpr auto restart_patience = 120s;

void line(const char* label, const std::string& value) {
  std::printf("%-12s %s\n", label, printable(value).c_str());
}

std::string text_of(const StandingFault& fault) {
  return fault.code + (fault.detail.empty() ? "" : " (" + fault.detail + ")");
}

std::string duration_text(std::int64_t seconds) {
  const auto days = seconds / 86400;
  char text[64];
  (void)std::snprintf(text, sizeof text, "%lld d %02lld:%02lld:%02lld",
                      static_cast<long long>(days), static_cast<long long>(seconds / 3600 % 24),
                      static_cast<long long>(seconds / 60 % 60),
                      static_cast<long long>(seconds % 60));
  return text;
}

std::string size_text(std::int64_t bytes) { return std::to_string(bytes / (1 << 20)) + " MiB"; }

void print_devices(const control::KioskStatus& status) {
  for (const control::DeviceStatus& device : status.devices) {
    if (!device.fitted) {
      line(device.device.c_str(), "not fitted");
    } else {
      line(device.device.c_str(), device.fault ? "fault: " + text_of(*device.fault) : "ok");
    }
  }
  // What stands of no device: storage, audit, reconciliation.
  for (const StandingFault& fault : status.faults) {
    bool told = fault.device == "link";
    for (const control::DeviceStatus& device : status.devices)
      told |= device.device == fault.device;
    if (!told) line(fault.device.c_str(), "fault: " + text_of(fault));
  }
}

void print(const control::KioskStatus& status) {
  line("kiosk", status.kiosk + ", Madoguchi " + status.version);
  line("activity", status.activity);
  const std::string down = status.link.detail.empty() ? "" : " (" + status.link.detail + ")";
  line("link", status.link.up ? status.link.live ? "up, live" : "up" : "down" + down);
  if (const auto& identity = status.identity) {
    line("identity", identity->state + (identity->subject.empty() ? "" : ", ") + identity->subject +
                         (identity->key.empty() ? "" : ", key in " + identity->key) +
                         (identity->expires.empty() ? "" : ", until " + identity->expires));
  }
  print_devices(status);
  const control::JournalStatus& journal = status.journal;
  line("journal", (journal.open ? size_text(journal.bytes) +
                                      ", open visits: " + std::to_string(journal.open_visits)
                                : std::string("not open")) +
                      (journal.checkpoints ? "" : ", no checkpoints"));
  line("disk",
       size_text(status.disk.free_bytes) + " free of " + size_text(status.disk.total_bytes));
  line("clock", status.clock.now + (status.clock.synchronised ? "" : ", not set by a time server"));
  line("uptime",
       duration_text(status.uptime_s) + ", machine " + duration_text(status.machine_uptime_s));
  if (const auto& update = status.update) {
    line("update", update->state + (update->slot.empty() ? "" : ", slot " + update->slot) +
                       ", image " + update->version +
                       (update->detail.empty() ? "" : ": " + update->detail));
  }
}

int show_status(const Connection& connection) {
  int code = all_well;
  const auto status =
      ask_kiosk_for<control::KioskStatus>(connection.socket, control::StatusAsk{}, soon, code);
  if (!status) return code;
  if (connection.json) {
    std::printf("%s\n", to_json(*status).dump(2).c_str());
  } else {
    print(*status);
  }
  return status->faults.empty() && status->link.up ? all_well : not_well;
}

/// False when nobody reads it any more.
bool print(const control::FaultsTold& told, bool json) {
  if (json) {
    std::printf("%s\n", to_json(told.faults).dump().c_str());
  } else if (told.faults.empty()) {
    std::printf("no faults\n");
  }
  for (const StandingFault& fault : told.faults) {
    if (!json) line(fault.device.c_str(), text_of(fault));
  }
  return std::fflush(stdout) == 0;
}

int show_faults(const Connection& connection, bool watch) {
  if (watch) {
    return watch_kiosk(connection.socket, control::FaultsAsk{true}, restart_patience,
                       [&](const control::Answer& answer) {
                         const auto* const told = std::get_if<control::FaultsTold>(&answer);
                         return told == nullptr || print(*told, connection.json);
                       });
  }
  int code = all_well;
  const auto told =
      ask_kiosk_for<control::FaultsTold>(connection.socket, control::FaultsAsk{}, soon, code);
  if (!told) return code;
  (void)print(*told, connection.json);
  return told->faults.empty() ? all_well : not_well;
}

}  // namespace

void add_status_commands(CommandTable& table) {
  CLI::App* status = table.add(nullptr, "status",
                               "How the kiosk is: what it does, link, devices, journal, disk, "
                               "clock. Exits with 1 when a fault stands or the link is down");
  Connection& asked = table.connects(status);
  table.runs(status, [&asked] { return show_status(asked); });

  CLI::App* faults =
      table.add(nullptr, "faults", "What is wrong now. Exits with 1 when a fault stands");
  Connection& watched = table.connects(faults);
  const auto watch = std::make_shared<bool>(false);  // shared with the action, which runs later
  faults->add_flag("--watch", *watch, "and every change until interrupted, also over a restart");
  table.runs(faults, [&watched, watch] { return show_faults(watched, *watch); });
}

}  // namespace madoguchi::kioskctl
