#pragma once
// The Unix socket on which kioskd hears maintainers, and who may speak there: root, kioskd's own
// user, and the group kiosk-maintain. The file's mode says so, and the kernel's word about each
// peer (SO_PEERCRED, SO_PEERGROUPS) says it again.

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "firmware/base/result.h"

namespace madoguchi {

inline constexpr const char* maintainers_group = "kiosk-maintain";

/// listen_locally with 0660 and the group, if there is one. Its errors.
Result<int> listen_for_control(const std::string& path);

struct ControlPeer {
  pid_t pid = 0;
  uid_t uid = 0;
  std::vector<gid_t> groups;  ///< its own and all others
};

/// Errors: io, when the kernel does not tell.
Result<ControlPeer> control_peer(int connection);
/// `own` is kioskd's user; `maintainers` the group's number, nothing when there is no such group.
bool may_control(const ControlPeer& peer, uid_t own, std::optional<gid_t> maintainers);
/// Nothing when this machine has no such group.
std::optional<gid_t> maintainers_group_number();

}  // namespace madoguchi
