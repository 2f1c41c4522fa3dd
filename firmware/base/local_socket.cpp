#include "firmware/base/local_socket.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr int waiting_connections = 16;
constexpr mode_t own_only = 0600;

Error why(const std::string& path) { return {Errc::io, path, std::strerror(errno)}; }

/// Removes a socket that an earlier process has left.
Status make_room(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return Error{Errc::invalid, path, "is there, and is no socket"};
  if (unlink(path.c_str()) == 0) return {};
  return why(path);
}

Status open_door(int socket, const std::string& path, const sockaddr_un& address, mode_t mode,
                 std::optional<gid_t> group) {
  // The file is made with the mode that the socket has.
  if (fchmod(socket, own_only) != 0 ||
      bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return why(path);
  if (group) (void)!chown(path.c_str(), static_cast<uid_t>(-1), *group);
  if (chmod(path.c_str(), mode) != 0 || listen(socket, waiting_connections) != 0) return why(path);
  return {};
}

}  // namespace

Result<sockaddr_un> local_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Error{Errc::invalid, path, "is empty or too long for a socket's path"};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<int> listen_locally(const std::string& path, mode_t mode, std::optional<gid_t> group) {
  const auto address = local_address(path);
  if (!address) return address.error();
  if (Status room = make_room(path); !room) return room.error();
  const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return why(path);
  if (Status open = open_door(socket, path, *address, mode, group); !open) {
    close(socket);
    return open.error();
  }
  return socket;
}

bool listens_locally(int descriptor) {
  const auto option = [&](int which) {
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, which, &value, &size) == 0 ? value : -1;
  };
  return option(SO_DOMAIN) == AF_UNIX && option(SO_TYPE) == SOCK_SEQPACKET &&
         option(SO_ACCEPTCONN) == 1;
}

std::string local_name(int descriptor) {
  sockaddr_un own{};
  socklen_t size = sizeof own;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
      own.sun_family != AF_UNIX || size <= offsetof(sockaddr_un, sun_path))
    return {};
  // A path that fills the field has no zero at its end.
  const std::string_view path(own.sun_path, strnlen(own.sun_path, sizeof own.sun_path));
  return std::string(path.substr(path.rfind('/') + 1));
}

Result<ucred> local_peer(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return Error{Errc::io, "socket.peer", std::strerror(errno)};
  return peer;
}

}  // namespace madoguchi
