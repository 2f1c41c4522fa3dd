// kiosk-nfc: holds libnfc for kioskd. Started by kioskd with one end of a socket pair.

#include <iostream>
#include <string>

#include "firmware/base/command_line.h"
#include "firmware/base/log.h"
#include "firmware/base/secret.h"
#include "hal/nfc/nfc_service.h"

int main(int argc, char** argv) {
  using namespace madoguchi;
  CLI::App app("Holds libnfc for kioskd, which starts it; of no use by itself.", "kiosk-nfc");
  app.set_version_flag("--version", MADOGUCHI_VERSION);
  int fd = -1;
  std::string connstring;
  app.add_option("--fd", fd, "one end of a SOCK_SEQPACKET pair")->required();
  app.add_option("--connstring", connstring, "libnfc's name of the reader")->required();
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  set_log_process("kiosk-nfc");
  guard_process_memory();  // libnfc's abort() must not write a PIN into a core file
  nfc::NfcService service(fd, connstring);
  const Status ended = service.run();
  if (ended) return 0;
  log_event(Event::message_refused, {{"error", ended.error().text()}});
  return 3;
}
