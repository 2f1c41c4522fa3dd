#pragma once
// What kioskd takes from kiosk.toml (docs/architecture.md).

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "firmware/visit/desk.h"
#include "hal/escpos/usb_printer.h"

namespace madoguchi {

/// [update] (docs/update.md).
struct UpdateConfiguration {
  bool enabled = false;
  visit::ServiceHours window;   ///< when the server's and the stick's bundles may be installed
  std::string stick_dir;        ///< where a stick is mounted; empty: none is looked at
  std::string log_dir;          ///< for what is kept of a slot that failed
  std::string restart_request;  ///< this file is made when the machine shall restart
  std::string bus;              ///< of RAUC; empty: the system's
};

struct KioskConfiguration {
  visit::Settings visit;
  std::string state_dir;
  std::string control_socket;  ///< where maintainers are heard; empty: nowhere
  std::string erase_request;   ///< this file is made when all data shall go; empty: no such file
  std::string keys_socket;     ///< of kiosk-keys; empty: the TLS key is a file of kiosk.toml
  std::string reader;          ///< "pcsc" or "nfc"
  std::string pcsc_reader;
  std::string nfc_connstring;
  std::string extended_apdus;  ///< "auto", "yes", "no"
  std::string terminal_url;
  std::string terminal_ca;
  std::string terminal_key;
  std::string poi_id;
  std::int64_t terminal_patience_s = 0;
  std::string printer_uri;
  bool receipts = false;
  std::optional<escpos::UsbIds> receipt_printer;  ///< nothing: the first on USB
  std::string seal_key;
  std::string audit_key;  ///< file; empty: no checkpoints
  std::int64_t keep_days = 0;
  std::int64_t reserve_kib = 0;
  std::int64_t checkpoint_entries = 0;
  std::int64_t checkpoint_minutes = 0;
  std::string lessons_dir;  ///< empty: no lessons
  std::string code_reader;  ///< its tty; empty: none
  bool help = true;         ///< a volunteer's badge offers help
  bool consult = false;     ///< consultations by video, where kiosk-call runs
  UpdateConfiguration update;
  std::string booth_gpio;  ///< "/dev/gpiochip0:17" of the booth's door; empty: no booth
};

/// Errors: invalid with file, line, key and what is wrong.
Result<KioskConfiguration> read_configuration(const std::string& path);

}  // namespace madoguchi
