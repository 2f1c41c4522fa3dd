// emulator-code-reader: a serial reader of two-dimensional codes on a pseudo-terminal.

#include <iostream>
#include <optional>
#include <string>

#include "firmware/base/command_line.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/pty.h"

namespace madoguchi::emulator {
namespace {

/// What a command did, in words; nothing: there is no such command.
std::optional<std::string> obey(const std::string& line, const std::string& path,
                                std::optional<Pty>& pty) {
  const auto space = line.find(' ');
  const std::string command = line.substr(0, space);
  const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
  if (command == "unplug") {
    pty.reset();
    return "unplugged";
  }
  if (command == "plug") {
    auto opened = Pty::open(path);
    if (!opened) return opened.error().text();
    pty.emplace(std::move(*opened));
    return "plugged";
  }
  if (command == "read") {
    if (pty) pty->write(as_bytes(rest + "\r"));
    return "read";
  }
  const auto bytes = from_hex(rest);
  if (command != "raw" || !bytes) return std::nullopt;
  if (pty) pty->write(*bytes);
  return "sent";
}

int run(const std::string& path) {
  auto opened = Pty::open(path);
  if (!opened) {
    std::cerr << "emulator-code-reader: " << opened.error().text() << std::endl;
    return 2;
  }
  std::optional<Pty> pty(std::move(*opened));
  tell("ready " + path);
  for (std::string line; std::getline(std::cin, line);) {
    const auto done = obey(line, path, pty);
    tell(done ? *done : "unknown command " + line);
  }
  return 0;
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  CLI::App app("A serial reader of two-dimensional codes.", "emulator-code-reader");
  std::string path;
  app.add_option("--pty", path, "where to link the pseudo-terminal")->required();
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::emulator::run(path);
}
