#include "firmware/call/own_network.h"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi::call {
namespace {

Error failed(const std::string& where) { return {Errc::refused, where, std::strerror(errno)}; }

Status write_line(const char* path, const std::string& line) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return failed(path);
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const Error error = failed(path);
  close(file);
  if (!written) return error;
  return {};
}

// Outside, the process stays who it was: the camera's group still counts.
Status enter_user_namespace() {
  const std::string user = std::to_string(getuid());
  const std::string group = std::to_string(getgid());
  if (unshare(CLONE_NEWUSER) != 0) return failed("user namespace");
  if (Status done = write_line("/proc/self/setgroups", "deny"); !done) return done;
  if (Status done = write_line("/proc/self/uid_map", user + " " + user + " 1"); !done) return done;
  return write_line("/proc/self/gid_map", group + " " + group + " 1");
}

Status bring_loopback_up() {
  const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return failed("loopback");
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  bool up = ioctl(probe, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  up = up && ioctl(probe, SIOCSIFFLAGS, &request) == 0;
  const Error error = failed("loopback");
  close(probe);
  if (!up) return error;
  return {};
}

bool is_up(const char* interface) {
  const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  ifreq request{};
  std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
  const bool up = ioctl(probe, SIOCGIFFLAGS, &request) != 0 || (request.ifr_flags & IFF_UP) != 0;
  close(probe);
  return up;
}

bool is_connected(int descriptor, int port) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != port) return false;
  tcp_info info{};
  size = sizeof info;
  return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         info.tcpi_state == TCP_ESTABLISHED;
}

}  // namespace

Status enter_own_network() {
  if (geteuid() != 0) {
    if (Status entered = enter_user_namespace(); !entered) return entered;
  }
  if (unshare(CLONE_NEWNET) != 0) return failed("network namespace");
  return bring_loopback_up();
}

Status check_network_is_empty() {
  struct if_nameindex* const list = if_nameindex();
  if (list == nullptr) return failed("interfaces");
  std::string other;
  for (const struct if_nameindex* one = list; one->if_index != 0; ++one) {
    // The kernel puts some tunnels into every namespace; they are down and lead nowhere.
    if (std::strcmp(one->if_name, "lo") != 0 && is_up(one->if_name)) other = one->if_name;
  }
  if_freenameindex(list);
  if (other.empty()) return {};
  return Error{
      Errc::refused, "network",
      "this namespace has '" + other + "'; give --own-network, or PrivateNetwork=yes in the unit"};
}

// GStreamer's sockets are its own; the kernel lists all of this process's.
bool is_connected_to_loopback(int port) {
  const std::unique_ptr<DIR, int (*)(DIR*)> list(opendir("/proc/self/fd"), &closedir);
  if (!list) return false;
  while (const dirent* const entry = readdir(list.get())) {
    const int descriptor = std::atoi(entry->d_name);  // "." and ".." are no connection either
    if (is_connected(descriptor, port)) return true;
  }
  return false;
}

Result<int> listen_on_loopback(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return failed("relay port");
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool ready =
      setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(listener, SOMAXCONN) == 0;
  if (ready) return listener;
  const Error error = failed("relay port " + std::to_string(port));
  close(listener);
  return error;
}

}  // namespace madoguchi::call
