// emulator-receipt-printer: an ESC/POS printer on USB. See README.md.

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <boost/asio/signal_set.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/receipt_printer/usb_device.h"

namespace madoguchi::emulator {
namespace {

constexpr const char* commands =
    "paper-end, paper-end-after ROWS, near-end, new-roll, cover-open, cover-close, cutter-jam, "
    "cutter-free, unplug, unplug-after BYTES, plug, stall, slice BYTES, mute, speak";

class Console {
 public:
  Console(Interpreter& printer, UsbDevice& device, std::mutex& lock)
      : printer_(printer), device_(device), lock_(lock) {}

  void obey(const std::string& line) {
    if (line == "unplug") {
      device_.unplug();
    } else if (line == "plug") {
      if (Status plugged = device_.plug(); !plugged) return tell(plugged.error().text());
    } else if (const std::lock_guard guard(lock_); !obey_locked(line)) {
      return tell("not understood; commands: " + std::string(commands));
    }
    tell("ok " + line);
  }

 private:
  bool obey_locked(const std::string& line) {
    unsigned long number = 0;
    if (line == "stall") return device_.stall_next(), true;
    if (line == "mute") return printer_.mute = true;
    if (line == "speak") return printer_.mute = false, true;
    if (std::sscanf(line.c_str(), "slice %lu", &number) == 1) {
      return device_.take_at_most(number), true;
    }
    if (std::sscanf(line.c_str(), "unplug-after %lu", &number) == 1) {
      return device_.vanish_after(number), true;
    }
    return printer_.handle(line);
  }

  Interpreter& printer_;
  UsbDevice& device_;
  std::mutex& lock_;
};

int run(const std::string& tray) {
  std::error_code failed;
  std::filesystem::create_directories(tray, failed);
  if (failed) {
    (void)std::fprintf(stderr, "emulator-receipt-printer: --tray %s: %s\n", tray.c_str(),
                       failed.message().c_str());
    return 2;
  }
  std::mutex lock;
  Interpreter printer(Paper(tray), tell);
  UsbDevice device(printer, lock);
  if (Status plugged = device.plug(); !plugged) {
    (void)std::fprintf(stderr, "emulator-receipt-printer: %s\n", plugged.error().text().c_str());
    return 2;
  }
  asio::io_context loop;
  asio::signal_set endings(loop, SIGTERM, SIGINT);
  endings.async_wait([&](const boost::system::error_code&, int) { loop.stop(); });
  Console console(printer, device, lock);
  asio::co_spawn(loop, read_command_lines([&](const std::string& line) { console.obey(line); }),
                 [&](std::exception_ptr) { loop.stop(); });
  tell("ready " + device.directory());
  loop.run();
  return 0;
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  CLI::App app{"An ESC/POS receipt printer on USB (umockdev); commands on standard input",
               "emulator-receipt-printer"};
  std::string tray;
  app.set_version_flag("--version", MADOGUCHI_VERSION);
  app.add_option("--tray", tray, "Directory for the slips that were cut, as PNG")->required();
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  madoguchi::emulator::run_in_test_bed(argv);
  return madoguchi::emulator::run(tray);
}
