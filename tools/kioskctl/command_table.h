#pragma once
// The commands as the command line, the manual and the completion know them. A command is added
// with what it does; main() runs the one that was named.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace madoguchi::kioskctl {

/// What every command that asks a running kiosk takes.
struct Connection {
  std::string socket;
  bool json = false;
};

class CommandTable {
 public:
  explicit CommandTable(CLI::App& app) : app_(app) {}

  /// A command, or a group of them when it gets commands of its own. `under`: nullptr for the top.
  CLI::App* add(CLI::App* under, const char* name, const char* what) {
    CLI::App* const command = (under != nullptr ? under : &app_)->add_subcommand(name, what);
    if (under != nullptr) under->require_subcommand(1);
    return command;
  }
  /// What it does; gives the exit code (exit_codes.h).
  void runs(CLI::App* command, std::function<int()> action) {
    actions_.emplace_back(command, std::move(action));
  }
  /// The options --socket and --json. They live as long as the table.
  Connection& connects(CLI::App* command);

  [[nodiscard]] const CLI::App& app() const { return app_; }
  /// Runs what the command line names.
  int run() const {
    for (const auto& [command, action] : actions_) {
      if (command->parsed()) return action();
    }
    return 2;
  }

 private:
  CLI::App& app_;
  std::vector<std::pair<CLI::App*, std::function<int()>>> actions_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

// Where each part of kioskctl adds its commands; main.cpp calls them in this order.
void add_journal_commands(CommandTable& table);
void add_status_commands(CommandTable& table);
void add_manual_commands(CommandTable& table);
void add_check_commands(CommandTable& table);
void add_network_commands(CommandTable& table);
void add_logs_commands(CommandTable& table);
void add_identity_commands(CommandTable& table);
void add_update_commands(CommandTable& table);

}  // namespace madoguchi::kioskctl
