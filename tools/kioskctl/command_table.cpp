#include "tools/kioskctl/command_table.h"

#include "firmware/message/control_protocol.h"

namespace madoguchi::kioskctl {

Connection& CommandTable::connects(CLI::App* command) {
  Connection& connection = *connections_.emplace_back(std::make_unique<Connection>());
  connection.socket = control::default_socket;
  command->add_option(
      "--socket", connection.socket,
      "where kioskd listens (default: " + std::string(control::default_socket) + ")");
  command->add_flag("--json", connection.json, "for programs");
  return connection;
}

}  // namespace madoguchi::kioskctl
