#include "tools/campaign.d/preload/fault_order.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace madoguchi::campaign {
namespace {

using Words = std::map<std::string, std::string>;

/// "a=1 b=2"
Words words_of(const char* variable) {
  Words words;
  const char* text = std::getenv(variable);
  std::istringstream parts(text == nullptr ? "" : text);
  for (std::string part; parts >> part;) {
    const auto equals = part.find('=');
    if (equals != std::string::npos) words[part.substr(0, equals)] = part.substr(equals + 1);
  }
  return words;
}

Order read_order() {
  static const std::map<std::string, Deed> deeds{{"die-before", Deed::die_before},
                                                 {"tear", Deed::tear},
                                                 {"die-after", Deed::die_after},
                                                 {"fail", Deed::fail}};
  static const std::map<std::string, Loss> losses{
      {"none", Loss::none}, {"all", Loss::all}, {"some", Loss::some}};
  Words words = words_of("MADOGUCHI_FAULT");
  Order out;
  const std::string point = words["point"];
  const auto dot = point.rfind('.');
  const auto deed = deeds.find(words["do"]);
  if (dot == std::string::npos || deed == deeds.end()) return out;
  out.point_class = point.substr(0, dot);
  out.number = std::strtol(point.c_str() + dot + 1, nullptr, 10);
  out.deed = deed->second;
  if (const auto loss = losses.find(words["loss"]); loss != losses.end()) out.loss = loss->second;
  out.seed = std::strtoull(words["seed"].c_str(), nullptr, 10);
  out.code = words["code"];
  out.onwards = words["onwards"] == "1";
  return out;
}

int open_trace() {
  const char* path = std::getenv("MADOGUCHI_TRACE");
  return path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/// Not through write(): that one is intercepted.
void trace(const std::string& line) {
  static const int file = open_trace();
  if (file >= 0) ::syscall(SYS_write, file, line.data(), line.size());
}

/// Which calls a standing trouble of the storage makes fail.
bool troubles(const std::string& code, const std::string& point_class) {
  if (order().point_class == memory_class) return point_class == memory_class;
  if (!point_class.starts_with("journal.")) return false;
  const std::string call = point_class.substr(point_class.find('.') + 1);
  if (code == "FULL") return call == "write";
  if (code == "READONLY") return call == "write" || call == "truncate" || call == "delete";
  return call != "synced";
}

}  // namespace

std::recursive_mutex& stop_the_world() {
  // Never destroyed: calls come until the very end of the process.
  static auto* mutex = new std::recursive_mutex;
  return *mutex;
}

bool is_under_test() {
  // setpriv, through which programs are started, gets the same environment.
  static const bool it_is = std::strcmp(program_invocation_short_name, "kioskd") == 0;
  return it_is;
}

const Order& order() {
  static const auto* const read = new Order(read_order());
  return *read;
}

Deed reach(const std::string& point_class, const std::string& detail) {
  static auto* counts = new std::map<std::string, long>;
  static bool struck = false;
  const std::lock_guard lock(stop_the_world());
  const long number = ++(*counts)[point_class];
  const bool here = order().point_class == point_class && order().number == number;
  struck = struck || here;
  const bool still = order().onwards && struck && troubles(order().code, point_class);
  const bool one_of_thousands = point_class == memory_class && order().number != 0;
  if (here || !one_of_thousands)
    trace(point_class + " " + std::to_string(number) + " " + detail + (here ? " <-" : "") + "\n");
  return here || still ? order().deed : Deed::none;
}

void die() {
  stop_the_world().lock();
  lose_unsynced(order().loss, order().seed);
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

std::string peer_named(const std::string& address) {
  static const auto* const peers = new Words(words_of("MADOGUCHI_PEERS"));
  for (const auto& [name, where] : *peers) {
    if (where == address) return name;
  }
  return {};
}

namespace {

__attribute__((constructor)) void begin() {
  if (!is_under_test()) return;
  install_memory();
  install_journal_vfs();
}

}  // namespace
}  // namespace madoguchi::campaign
