// A bundle of logs for who helps from far away, without anything about residents.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "tools/kioskctl/bundle.h"
#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/network.h"
#include "tools/kioskctl/scrub.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;

constexpr auto soon = 10s;
constexpr std::size_t most_log = 64u << 20;  // of one file in the bundle
constexpr std::size_t largest_file = 256u << 10;
constexpr const char* board_file = "/usr/share/madoguchi/board.toml";
constexpr const char* system_file = "/etc/os-release";

// Whose lines go along: our own processes, and what the kiosk stands on.
constexpr std::array units{"kioskd.service",
                           "kiosk-ui.service",
                           "kiosk-link.service",
                           "kiosk-call.service",
                           "kiosk-keys.service",
                           "kiosk-wires.service",
                           "kiosk-health.service",
                           "kiosk-data.service",
                           "rauc.service",
                           "pcscd.service",
                           "systemd-networkd.service",
                           "systemd-timesyncd.service",
                           "usbguard.service",
                           "init.scope"};

struct BundleOptions {
  std::string out;
  std::vector<std::string> logs;
  std::string since = "-7 days";
};

/// Takes lines, and counts those that must not leave.
struct CleanLog {
  std::string text;
  std::int64_t lines = 0;
  std::int64_t left_out = 0;
  bool full = false;

  void take(const std::string& line) {
    if (line.empty() || full) return;
    const auto clean = scrubbed_line(line);
    if (!clean) {
      ++left_out;
      return;
    }
    full = text.size() + clean->size() > most_log;
    if (full) return;
    text += *clean + "\n";
    ++lines;
  }
};

/// The system's journal, straight from journalctl(1): there is no shell on a kiosk. False when
/// there is none.
bool read_journal(const std::string& since, CleanLog& log) {
  std::vector<std::string> words{"journalctl", "--output=json", "--no-pager", "--since=" + since};
  for (const char* unit : units) {
    words.push_back(std::string("_SYSTEMD_UNIT=") + unit);
    words.push_back("+");
  }
  words.push_back("_TRANSPORT=kernel");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::FILE* const from = failed == 0 ? fdopen(ends[0], "r") : nullptr;
  if (from == nullptr) {
    close(ends[0]);
    return false;
  }
  char* line = nullptr;
  std::size_t room = 0;
  while (const ssize_t n = getline(&line, &room, from)) {
    if (n < 0) break;
    log.take(std::string(line, static_cast<std::size_t>(n > 0 && line[n - 1] == '\n' ? n - 1 : n)));
  }
  std::free(line);
  (void)std::fclose(from);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string name_of(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
  }
  return "log/" + name.substr(0, 60) + ".jsonl";
}

Json versions() {
  Json out = Json::object();
  out["kioskctl"] = MADOGUCHI_VERSION;
  utsname machine{};
  if (uname(&machine) == 0) {
    out["kernel"] = machine.release;
    out["machine"] = machine.machine;
  }
  if (const auto system = read_file(system_file, largest_file))
    out["os_release"] = scrubbed(as_text(*system));
  return out;
}

/// The status as far as the kiosk answers; nothing stops a bundle of a kiosk that is dead.
std::string status_of(const std::string& socket) {
  int code = all_well;
  const auto status = ask_kiosk_for<control::KioskStatus>(socket, control::StatusAsk{}, soon, code);
  if (!status) return "{\"reached\":false}\n";
  return to_json(*status).dump(2) + "\n";
}

struct Contents {
  std::vector<std::pair<std::string, std::string>> files;
  std::int64_t lines = 0;
  std::int64_t left_out = 0;
  bool whole = true;

  void add_log(const std::string& name, const CleanLog& log) {
    files.emplace_back(name, log.text);
    lines += log.lines;
    left_out += log.left_out;
    whole &= !log.full;
  }
};

Result<Contents> collect(const std::string& socket, const BundleOptions& options) {
  Contents out;
  out.files.emplace_back("status.json", status_of(socket));
  out.files.emplace_back("network.json", to_json(local_network()).dump(2) + "\n");
  out.files.emplace_back("versions.json", versions().dump(2) + "\n");
  if (const auto board = read_file(board_file, largest_file))
    out.files.emplace_back("board.toml", as_text(*board));
  for (const std::string& path : options.logs) {
    std::ifstream file(path);
    if (!file) return Error{Errc::invalid, path, "cannot be read"};
    CleanLog log;
    for (std::string line; std::getline(file, line);) log.take(line);
    out.add_log(name_of(path), log);
  }
  if (options.logs.empty()) {
    CleanLog log;
    if (!read_journal(options.since, log))
      return Error{Errc::io, "journalctl",
                   "the system's journal cannot be read; name files with "
                   "--log"};
    out.add_log("log/journal.jsonl", log);
  }
  return out;
}

int fail(const Error& error) {
  (void)std::fprintf(stderr, "kioskctl: %s: %s\n", error.where.c_str(), error.what.c_str());
  return error.code == Errc::invalid ? wrong_use : not_done;
}

int make_bundle(const Connection& connection, const BundleOptions& options) {
  const auto bundle = Bundle::create(options.out, std::time(nullptr));
  if (!bundle) return fail(bundle.error());
  const Result<Contents> contents = collect(connection.socket, options);
  if (!contents) return fail(contents.error());
  for (const auto& [name, content] : contents->files) {
    if (const Status added = (*bundle)->add(name, content); !added) return fail(added.error());
  }
  if (const Status done = (*bundle)->finish(); !done) return fail(done.error());
  const Json told = {{"file", options.out},
                     {"bytes", (*bundle)->bytes()},
                     {"lines", contents->lines},
                     {"left_out", contents->left_out},
                     {"whole", contents->whole}};
  if (connection.json) {
    std::printf("%s\n", told.dump().c_str());
  } else {
    std::printf("%s: %lld lines, %lld left out, %lld bytes%s\n", options.out.c_str(),
                static_cast<long long>(contents->lines), static_cast<long long>(contents->left_out),
                static_cast<long long>((*bundle)->bytes()),
                contents->whole ? "" : "; older lines had no room");
  }
  return all_well;
}

}  // namespace

void add_logs_commands(CommandTable& table) {
  CLI::App* logs = table.add(nullptr, "logs", "The kiosk's logs");
  CLI::App* bundle = table.add(logs, "bundle",
                               "Writes logs, status, network and versions to a .tar.zst, without "
                               "anything about residents");
  Connection& connection = table.connects(bundle);
  const auto options = std::make_shared<BundleOptions>();  // shared with the action
  bundle->add_option("out", options->out, "OUT.tar.zst; a file that is there is not replaced")
      ->required();
  bundle
      ->add_option("--log", options->logs,
                   "a file of log lines instead of the system's journal; several times")
      ->check(CLI::ExistingFile);
  bundle->add_option("--since", options->since,
                     "how far back the system's journal is read (default: -7 days)");
  table.runs(bundle, [&connection, options] { return make_bundle(connection, *options); });
}

}  // namespace madoguchi::kioskctl
