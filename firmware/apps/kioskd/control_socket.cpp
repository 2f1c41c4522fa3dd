#include "firmware/apps/kioskd/control_socket.h"

#include <algorithm>

#include <grp.h>

#include "firmware/base/local_socket.h"

namespace madoguchi {

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
  Result<int> made = listen_locally(path, 0660, maintainers_group_number());
  if (!made) return Error{made.error().code, "kiosk.control_socket", made.error().text()};
  return made;
}

Result<ControlPeer> control_peer(int connection) {
  const auto told = local_peer(connection);
  if (!told) return told.error();
  ControlPeer peer{told->pid, told->uid, {told->gid}};
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
