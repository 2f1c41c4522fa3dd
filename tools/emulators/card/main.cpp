// emulator-card: a My Number card behind pcscd, through vsmartcard's vpcd.

#include <array>
#include <iostream>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/emulators/card/card_files.h"
#include "tools/emulators/card/card_options.h"
#include "tools/emulators/card/card_slot.h"
#include "tools/emulators/card/card_state.h"
#include "tools/emulators/card/certificates.h"
#include "tools/emulators/card/line_input.h"
#include "tools/emulators/card/vpcd_client.h"

namespace madoguchi::emulator {
namespace {

struct Options {
  CardOptions card;
  std::string vpcd;
  std::string ca_out;
  bool print_auth_sha256 = false;
  bool inserted = false;
};

int fail(const Error& error) {
  std::cerr << "emulator-card: " << error.text() << std::endl;
  return 2;
}

/// Serves vpcd and the console until standard input ends.
void serve(CardSlot& slot, VpcdClient& vpcd) {
  LineInput console(STDIN_FILENO);
  say_line("ready");
  for (;;) {
    const int again_after_ms = vpcd.follow_slot();
    std::array<pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, vpcd.interest()}};
    if (poll(waiting.data(), waiting.size(), again_after_ms) < 0) continue;
    if (waiting[1].revents != 0) vpcd.handle();
    if (waiting[0].revents == 0) continue;
    if (!console.receive()) return;
    while (const auto line = console.next()) {
      if (!slot.run(*line)) say_line("unknown command " + *line);
    }
  }
}

int run(const Options& options) {
  auto card = open_card(options.card);
  if (!card) return fail(card.error());
  const CardImage& image = (*card)->image();
  if (!options.ca_out.empty()) {
    const std::string pem = certificate_to_pem(image.auth_ca);
    if (auto written = write_file(options.ca_out, as_bytes(pem), 0644); !written)
      return fail(written.error());
  }
  if (options.print_auth_sha256) {
    say_line(to_hex(sha256_of(image.auth_certificate)));
    return 0;
  }
  const std::size_t colon = options.vpcd.rfind(':');
  if (colon == std::string::npos) return fail({Errc::invalid, "--vpcd", "is needed as HOST:PORT"});
  CardSlot slot(std::move(*card));
  VpcdClient vpcd(options.vpcd.substr(0, colon), options.vpcd.substr(colon + 1), slot);
  if (options.inserted) slot.insert();
  serve(slot, vpcd);
  return 0;
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  using namespace madoguchi::emulator;
  CLI::App app("A My Number card behind pcscd's virtual reader (vsmartcard-vpcd).",
               "emulator-card");
  Options options;
  CardCommandLine card(app, options.card);
  app.add_option("--vpcd", options.vpcd, "HOST:PORT of the virtual reader");
  app.add_option("--ca-out", options.ca_out,
                 "writes the authority's certificate (PEM): what a gateway trusts");
  app.add_flag("--print-auth-sha256", options.print_auth_sha256,
               "prints the SHA-256 of the authentication certificate and exits");
  app.add_flag("--inserted", options.inserted, "starts with the card on the reader");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  if (auto read = card.finish(); !read) return fail(read.error());
  return run(options);
}
