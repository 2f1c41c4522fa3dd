// emulator-printer: an IPP printer whose paper jams when it is told to. See README.md.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include <signal.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/printer/relay.h"
#include "tools/emulators/printer/virtual_printer.h"

namespace madoguchi::emulator {
namespace {

struct Options {
  std::uint16_t port = 0;
  std::string tray;
  std::string spool;
  double seconds_per_page = 0;
  bool verbose = false;
  std::vector<std::string> drop_replies;
};

/// A folder of its own for PAPPL's socket and spool, gone when the program ends.
std::string make_work_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "emulator-printer-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return {};
  return path;
}

// PAPPL's own way out waits for jobs and sockets; a pulled plug does not.
[[noreturn]] void leave(const std::string& work_folder, int status) {
  static std::mutex
      leaving;  // the end of the input and a signal may come together: only one tidies up
  leaving.lock();
  std::error_code ignored;
  std::filesystem::remove_all(work_folder, ignored);
  std::fflush(stdout);
  std::_Exit(status);
}

void obey(const std::string& line, VirtualPrinter& printer, Relay& relay) {
  if (line == "die") {
    relay.die();
    printer.power_cut();
  } else if (line == "back") {
    relay.back();
  } else if (!relay.command(line) && !printer.command(line)) {
    tell(std::string("not understood; commands: die | back | ") + Relay::usage() + " | " +
         VirtualPrinter::usage());
  }
}

int run(const Options& options) {
  // Blocked in every thread, so that the waiting thread below gets them and not PAPPL's handler.
  sigset_t endings;
  sigemptyset(&endings);
  sigaddset(&endings, SIGTERM);
  sigaddset(&endings, SIGINT);
  pthread_sigmask(SIG_BLOCK, &endings, nullptr);
  signal(SIGPIPE, SIG_IGN);

  const std::string work = make_work_folder();
  PrinterSettings settings{
      work + "/ipp.socket", options.spool.empty() ? work : options.spool, options.tray,
      std::chrono::milliseconds(static_cast<int>(options.seconds_per_page * 1000)),
      options.verbose};
  for (const std::string& folder : {settings.spool, settings.tray}) {
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  }
  VirtualPrinter printer(settings, tell);
  asio::io_context loop;
  auto opened = printer.open();
  auto relay = Relay::open(loop, options.port, settings.socket, tell);
  if (!opened.ok() || !relay.ok()) {
    const Error& error = opened.ok() ? relay.error() : opened.error();
    (void)std::fprintf(stderr, "emulator-printer: %s\n", error.text().c_str());
    leave(work, EXIT_FAILURE);
  }
  for (const std::string& which : options.drop_replies) (*relay)->command("drop-reply " + which);

  std::thread([endings, work] {
    int received = 0;
    sigwait(&endings, &received);
    leave(work, EXIT_SUCCESS);
  }).detach();
  const auto command = [&](const std::string& line) { obey(line, printer, **relay); };
  asio::co_spawn(loop, read_command_lines(command),
                 [&](std::exception_ptr) { leave(work, EXIT_SUCCESS); });
  std::thread([&loop] { loop.run(); }).detach();
  tell("ready ipp://127.0.0.1:" + std::to_string((*relay)->port()) + "/ipp/print");
  printer.run();
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  madoguchi::emulator::Options options;
  CLI::App app{"An IPP printer for A4 PDF whose troubles come by command on standard input",
               "emulator-printer"};
  app.set_version_flag("--version", MADOGUCHI_VERSION);
  app.add_option("--port", options.port, "TCP port on 127.0.0.1; 0 takes a free one");
  app.add_option("--tray", options.tray, "Folder for finished documents");
  app.add_option("--spool", options.spool, "Folder for job files (default: a temporary one)");
  app.add_option("--seconds-per-page", options.seconds_per_page, "How long a page takes")
      ->check(CLI::Range(0.0, 600.0));
  app.add_option("--drop-reply", options.drop_replies, "Lose the reply to the next request")
      ->check(CLI::IsMember({"validate", "create", "send", "cancel"}));
  app.add_flag("--verbose", options.verbose, "PAPPL's log on standard error");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::emulator::run(options);
}
