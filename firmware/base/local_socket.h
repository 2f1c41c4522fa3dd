#pragma once
// Sockets between the processes of one machine: SOCK_SEQPACKET at a path of the file system, where
// the kernel says who is at the other side.
//
// Any thread.

#include <optional>
#include <string>

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "firmware/base/result.h"

namespace madoguchi {

/// Errc::invalid when the path is empty or longer than a socket's may be.
Result<sockaddr_un> local_address(const std::string& path);

/// Listens at this path. A socket that a process before this one has left is replaced; anything
/// else stays where it is. Nobody but this user can connect before the file has its mode and, if
/// one is named and this process may give the file away, its group. The caller owns the descriptor
/// (close on exec, not blocking). Errc::invalid (the path, or what is there), io.
Result<int> listen_locally(const std::string& path, mode_t mode, std::optional<gid_t> group = {});

/// Whether this is what listen_locally makes, as a supervisor hands it over.
bool listens_locally(int descriptor);

/// The file name of the path at which this socket listens; empty when it has none.
std::string local_name(int descriptor);

/// Whom the kernel names at the other side of a connection. Errc::io when it does not.
Result<ucred> local_peer(int connection);

}  // namespace madoguchi
