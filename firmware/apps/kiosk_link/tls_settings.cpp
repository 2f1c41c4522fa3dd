#include "firmware/apps/kiosk_link/tls_settings.h"

#include "firmware/link/spki_pin.h"

namespace madoguchi {

std::vector<std::string> read_pins(Config& config, const std::string& key) {
  std::vector<std::string> texts = config.texts(key);
  if (auto pins = parse_pins(texts); !pins) config.problem(key, pins.error().what);
  return texts;
}

TlsFiles read_tls_files(Config& config, const std::string& section, const TlsFiles& usual) {
  TlsFiles files;
  files.ca = config.path(section + ".ca", usual.ca);
  files.certificate = config.path(section + ".certificate", usual.certificate);
  files.key = config.path(section + ".key", usual.key);
  files.pins = read_pins(config, section + ".pins");
  if (files.ca == usual.ca && files.pins.empty()) files.pins = usual.pins;
  return files;
}

}  // namespace madoguchi
