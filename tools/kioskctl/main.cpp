// kioskctl: the command line.

#include "firmware/base/command_line.h"
#include "tools/kioskctl/command_table.h"

int main(int argc, char** argv) {
  using namespace madoguchi;
  CLI::App app("What a maintainer asks a kiosk, and what its journal says.", "kioskctl");
  app.set_version_flag("--version", std::string("kioskctl ") + MADOGUCHI_VERSION);
  app.require_subcommand(1);
  kioskctl::CommandTable table(app);
  kioskctl::add_status_commands(table);
  kioskctl::add_check_commands(table);
  kioskctl::add_network_commands(table);
  kioskctl::add_identity_commands(table);
  kioskctl::add_update_commands(table);
  kioskctl::add_logs_commands(table);
  kioskctl::add_journal_commands(table);
  kioskctl::add_manual_commands(table);
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  return table.run();
}
