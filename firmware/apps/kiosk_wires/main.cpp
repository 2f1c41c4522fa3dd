// kiosk-wires: keeps the socket pairs between the kiosk's processes. Each end has a socket, made by
// systemd (kiosk-wires.socket); whoever may connect to it gets that end handed over. systemd
// connects for each process (OpenFile=), so that no process can take an end that is not its own,
// and none waits for this one before it needs its end.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "firmware/base/command_line.h"
#include "firmware/base/local_socket.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/message/descriptor.h"
#include "firmware/message/wire_table.h"

namespace {

using namespace madoguchi;

/// Whether the process at the other side is the system's own or runs as this one's user.
bool may_take(int socket) {
  const auto peer = local_peer(socket);
  return peer && (peer->uid == 0 || peer->uid == getuid());
}

void hand_over(WireTable& table, std::string_view name, int listener) {
  const int asker = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (asker < 0) return;
  if (may_take(asker)) {
    const Result<int> end = table.take(name);
    const Status sent = end ? send_descriptor(asker, *end) : Status(end.error());
    if (!sent)
      log_event(Event::peer_lost, {{"peer", std::string(name)}, {"detail", sent.error().text()}});
    if (end) close(*end);
  }
  close(asker);
}

/// The listening sockets of all ends, in the order of `names`, out of those that were handed over.
Result<std::vector<pollfd>> listeners(const std::vector<std::string_view>& names) {
  constexpr const char* where = "kiosk-wires.socket";
  std::vector<pollfd> found(names.size(), {-1, POLLIN, 0});
  for (const int socket : sockets_from_supervisor()) {
    const auto end = std::ranges::find(names, local_name(socket));
    if (end == names.end() || !listens_locally(socket))
      return Error{Errc::invalid, where, "has a socket that is for no end of a wire"};
    (void)fcntl(socket, F_SETFL, O_NONBLOCK);  // who connects may be gone before accept
    found[static_cast<std::size_t>(end - names.begin())].fd = socket;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (found[i].fd < 0)
      return Error{Errc::invalid, where, "has no socket for " + std::string(names[i])};
  }
  return found;
}

int run() {
  set_log_process("kiosk-wires");
  WireTable table(kiosk_wires());
  const std::vector<std::string_view> names = table.names();
  Result<std::vector<pollfd>> watched = listeners(names);
  if (!watched) {
    (void)std::fprintf(stderr, "kiosk-wires: %s\n", watched.error().text().c_str());
    return 2;
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  watched->push_back({signalfd(-1, &ending, SFD_CLOEXEC), POLLIN, 0});
  log_event(Event::process_started);
  tell_supervisor("READY=1");
  const auto pace = watchdog_pace();
  const int longest_ms = pace ? static_cast<int>(pace->count()) : -1;
  while (watched->back().revents == 0) {
    if (poll(watched->data(), watched->size(), longest_ms) < 0 && errno != EINTR) return 1;
    tell_supervisor("WATCHDOG=1");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if ((*watched)[i].revents != 0) hand_over(table, names[i], (*watched)[i].fd);
    }
  }
  log_event(Event::process_stopping);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Keeps the socket pairs between the kiosk's processes, so that each can be started again\n"
      "alone. Started by systemd with a listening socket for each end (sd_listen_fds(3)), whose\n"
      "file has the end's name; who connects gets it (SCM_RIGHTS).",
      "kiosk-wires");
  app.set_version_flag("--version", std::string("kiosk-wires ") + MADOGUCHI_VERSION);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return run();
}
