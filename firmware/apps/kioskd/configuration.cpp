#include "firmware/apps/kioskd/configuration.h"

#include "firmware/base/config.h"
#include "hal/gpio/booth_line.h"

namespace madoguchi {
namespace {

constexpr std::size_t longest_lessons_url = 120;  // it must fit a QR code that old eyes can frame

void read_places(Config& config, KioskConfiguration& out) {
  out.state_dir = config.path("kiosk.state_dir", "/var/lib/kiosk");
  out.control_socket = config.path("kiosk.control_socket", "");
  out.erase_request = config.path("kiosk.erase_request", "");
  out.keys_socket = config.path("keys.socket", "");
  out.visit.day_end_dir = config.path("kiosk.day_end_dir", "");
}

/// "off", "usb", or "usb:04b8:0e15".
void read_receipt(Config& config, KioskConfiguration& out) {
  const std::string printer = config.text("receipt.printer", "off");
  out.receipts = printer != "off";
  if (!out.receipts || printer == "usb") return;
  const Result<Bytes> ids = printer.size() == 13 && printer.starts_with("usb:") && printer[8] == ':'
                                ? from_hex(printer.substr(4, 4) + printer.substr(9))
                                : Error{Errc::invalid, "", ""};
  if (!ids) return config.problem("receipt.printer", "must be off, usb or usb:VVVV:PPPP");
  const auto word = [&](std::size_t i) {
    return static_cast<std::uint16_t>((*ids)[i] << 8 | (*ids)[i + 1]);
  };
  out.receipt_printer = escpos::UsbIds{word(0), word(2)};
}

void read_lessons(Config& config, KioskConfiguration& out) {
  out.lessons_dir = config.path("kiosk.lessons_dir", "");
  out.visit.lessons_url = config.text("kiosk.lessons_url", "");
  while (out.visit.lessons_url.ends_with('/')) out.visit.lessons_url.pop_back();
  const bool https = out.visit.lessons_url.empty() || out.visit.lessons_url.starts_with("https://");
  if (!https || out.visit.lessons_url.size() > longest_lessons_url)
    config.problem("kiosk.lessons_url", "must begin with https:// and have at most 120 characters");
}

/// Who the kiosk is; without an id it is to be set up (visit/setup_visit.h).
void read_kiosk(Config& config, KioskConfiguration& out) {
  out.visit.kiosk_id = config.text("kiosk.id", "");
  out.visit.site = config.text("kiosk.site", "");
  out.visit.language = config.word("kiosk.language", "ja", {"ja", "en"});
  out.visit.phone = config.text("screen.phone", "");
  const std::string morning = config.text("kiosk.morning", "");
  if (morning.empty()) return;
  const auto digit = [&](std::size_t i) { return morning[i] >= '0' && morning[i] <= '9'; };
  const bool shaped =
      morning.size() == 5 && morning[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4);
  const int hour = shaped ? (morning[0] - '0') * 10 + morning[1] - '0' : 24;
  const int minute = shaped ? (morning[3] - '0') * 10 + morning[4] - '0' : 60;
  if (hour > 23 || minute > 59)
    return config.problem("kiosk.morning", "must be a time like 08:30, or empty");
  out.visit.morning = hour * 60 + minute;
}

void read_consult(Config& config, KioskConfiguration& out) {
  out.consult = config.flag("consult.enabled", false);
  out.booth_gpio = config.text("consult.booth_gpio", "");
  if (!out.booth_gpio.empty() && !BoothLine::parse(out.booth_gpio))
    config.problem("consult.booth_gpio",
                   "must be a chip, a colon and a line, with ! for a switch that is open when the "
                   "door is closed: /dev/gpiochip0:17 or /dev/gpiochip0:!17");
}

void read_update(Config& config, const std::string& zone, KioskConfiguration& out) {
  UpdateConfiguration& update = out.update;
  update.enabled = config.flag("update.enabled", false);
  const std::string span = config.text("update.window", "01:00-05:00");
  if (auto window = visit::ServiceHours::parse(span, zone)) {
    update.window = *window;
  } else {
    config.problem("update.window", "is wrong: " + window.error().what);
  }
  update.stick_dir = config.path("update.stick_dir", "");
  update.log_dir = config.path("update.log_dir", out.state_dir + "/update");
  update.restart_request = config.path("update.restart_request", "/run/madoguchi/kioskd/restart");
  update.bus = config.text("update.bus", "");
}

}  // namespace

Result<KioskConfiguration> read_configuration(const std::string& path) {
  Result<Config> loaded = Config::load(path);
  if (!loaded) return loaded.error();
  Config& config = *loaded;
  KioskConfiguration out;
  read_kiosk(config, out);
  read_places(config, out);
  const std::string span = config.text("kiosk.service_hours", "06:30-23:00");
  const std::string zone = config.text("kiosk.time_zone", "Asia/Tokyo");
  if (auto hours = visit::ServiceHours::parse(span, zone)) {
    out.visit.hours = *hours;
  } else {
    const bool in_zone = hours.error().where == "time_zone";
    config.problem(in_zone ? "kiosk.time_zone" : "kiosk.service_hours",
                   "is wrong: " + hours.error().what);
  }
  read_lessons(config, out);
  out.reader = config.word("card.reader", "pcsc", {"pcsc", "nfc"});
  out.pcsc_reader = config.text("card.pcsc_reader", "");
  out.nfc_connstring = config.text("card.nfc_connstring", "pn532_uart:/dev/ttyUSB0:115200");
  out.extended_apdus = config.word("card.extended_apdus", "auto", {"auto", "yes", "no"});
  out.terminal_url = config.text("terminal.url");
  out.terminal_ca = config.path("terminal.ca", "");
  out.terminal_key = config.path("terminal.key", "");
  out.visit.sale_id = config.text("terminal.sale_id", "KIOSK-001");
  out.poi_id = config.text("terminal.poi_id", "POI-001");
  out.terminal_patience_s = config.number("terminal.patience_s", 120, 10, 600);
  out.visit.status_patience =
      std::chrono::seconds(config.number("terminal.status_patience_s", 60, 5, 600));
  out.visit.not_found_settles =
      std::chrono::milliseconds(config.number("terminal.not_found_settles_ms", 5000, 100, 60'000));
  out.printer_uri = config.text("printer.uri");
  out.visit.printer_patience =
      std::chrono::seconds(config.number("printer.patience_s", 60, 1, 600));
  read_receipt(config, out);
  out.seal_key = config.path("gateway.seal_key");
  out.audit_key = config.path("journal.audit_key", "");
  out.keep_days = config.number("journal.keep_days", 90, 1, 3650);
  out.reserve_kib = config.number("journal.reserve_kib", 4096, 1024, 1 << 20);
  out.checkpoint_entries = config.number("journal.checkpoint_entries", 256, 1, 100'000);
  out.checkpoint_minutes = config.number("journal.checkpoint_minutes", 15, 1, 1440);
  out.visit.patience = std::chrono::seconds(config.number("visit.patience_s", 90, 2, 600));
  out.visit.last_call = std::chrono::seconds(config.number("visit.last_call_s", 30, 2, 600));
  out.visit.ending_shown = std::chrono::seconds(config.number("visit.ending_shown_s", 30, 2, 600));
  out.visit.reprint_window =
      std::chrono::minutes(config.number("visit.reprint_minutes", 10, 0, 60));
  out.help = config.flag("help.enabled", true);
  out.visit.queue = config.flag("queue.enabled", false);
  out.visit.queue_file = out.state_dir + "/queue.cbor";
  out.code_reader = config.text("queue.code_reader", "");
  out.visit.badges_file = out.state_dir + "/badges.cbor";
  read_consult(config, out);
  read_update(config, zone, out);
  if (Status good = config.finish({"kiosk", "card", "terminal", "printer", "receipt", "gateway",
                                   "journal", "visit", "help", "queue", "consult", "update"});
      !good) {
    return good.error();
  }
  return out;
}

}  // namespace madoguchi
