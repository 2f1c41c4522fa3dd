#include "firmware/apps/kioskd/control_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr int waiting_connections = 8;

/// A socket of a kioskd before this one; anything else stays where it is.
Status make_room(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode))
    return Error{Errc::invalid, "kiosk.control_socket", path + " is there, and is no socket"};
  if (unlink(path.c_str()) == 0) return {};
  return Error{Errc::io, "kiosk.control_socket", path + ": " + std::strerror(errno)};
}

}  // namespace

std::optional<gid_t> maintainers_group_number() {
  group entry{};
  group* found = nullptr;
  std::vector<char> room(16384);
  if (getgrnam_r(maintainers_group, &entry, room.data(), room.size(), &found) != 0 ||
      found == nullptr)
    return std::nullopt;
  return found->gr_gid;
}

Result<int> listen_for_control(const std::string& path) {
  const auto failed = [&](int socket) -> Error {
    const int why = errno;
    if (socket >= 0) close(socket);
    return {Errc::io, "kiosk.control_socket", path + ": " + std::strerror(why)};
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Error{Errc::invalid, "kiosk.control_socket", path + " is too long for a socket"};
  std::memcpy(address.sun_path, path.data(), path.size());
  if (Status room = make_room(path); !room) return room.error();
  const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return failed(socket);
  // Nobody may connect before the mode is right.
  const mode_t before = umask(0177);
  const int bound = bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0) return failed(socket);
  // Without the group, or the right to give the file away, it is root's and kioskd's own.
  if (const auto maintainers = maintainers_group_number())
    (void)!chown(path.c_str(), static_cast<uid_t>(-1), *maintainers);
  if (chmod(path.c_str(), 0660) != 0 || listen(socket, waiting_connections) != 0)
    return failed(socket);
  return socket;
}

Status check_control_socket(int descriptor) {
  const auto option = [&](int which) {
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, which, &value, &size) == 0 ? value : -1;
  };
  if (option(SO_TYPE) == SOCK_SEQPACKET && option(SO_ACCEPTCONN) == 1) return {};
  return Error{Errc::invalid, std::to_string(descriptor),
               "is not a SOCK_SEQPACKET socket that listens"};
}

Result<ControlPeer> control_peer(int connection) {
  ucred told{};
  socklen_t size = sizeof told;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &told, &size) != 0)
    return Error{Errc::io, "control.peer", std::strerror(errno)};
  ControlPeer peer{told.pid, told.uid, {told.gid}};
  std::vector<gid_t> more(256);
  socklen_t bytes = static_cast<socklen_t>(more.size() * sizeof(gid_t));
  // Somebody in more groups than that is known by the others alone.
  if (getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, more.data(), &bytes) == 0)
    peer.groups.insert(peer.groups.end(), more.begin(),
                       more.begin() + static_cast<std::ptrdiff_t>(bytes / sizeof(gid_t)));
  return peer;
}

bool may_control(const ControlPeer& peer, uid_t own, std::optional<gid_t> maintainers) {
  if (peer.uid == 0 || peer.uid == own) return true;
  return maintainers &&
         std::find(peer.groups.begin(), peer.groups.end(), *maintainers) != peer.groups.end();
}

}  // namespace madoguchi
