#include "tools/emulators/card/card_options.h"

namespace madoguchi::emulator {

CardCommandLine::CardCommandLine(CLI::App& app, CardOptions& options) : options_(options) {
  app.add_option("--state", options.state_dir, "directory that keeps the card between runs")
      ->required();
  app.add_option("--ca", options.ca_dir, "directory of the authority, to share it between cards");
  app.add_flag("--fresh", options.fresh, "makes a new card; the authority stays");
  app.add_option("--holder", holder_file_, "JSON file: name, address, birth, sex, subject");
  app.add_option("--pin", options.pin, "4 digits, 1234 unless said");
  app.add_option("--sign-password", options.sign_password, "ABC123 unless said");
  app.add_option("--tries", options.tries, "tries left of the authentication PIN")
      ->check(CLI::Range(0, 3));
  app.add_flag("!--no-extended", options.accept_extended, "refuses extended APDUs with 6700");
}

Status CardCommandLine::finish() {
  if (holder_file_.empty()) return {};
  auto holder = read_holder(holder_file_);
  if (!holder) return holder.error();
  options_.holder = std::move(*holder);
  return {};
}

}  // namespace madoguchi::emulator
