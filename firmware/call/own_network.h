#pragma once
// The network of the media process: loopback and nothing else.

#include "firmware/base/result.h"

namespace madoguchi::call {

/// Moves this process into a new, empty network namespace (in a user namespace of its own unless it
/// is root) and brings its loopback up. Before any thread is started. Errc::refused: the kernel
/// does not allow it.
Status enter_own_network();

/// Errc::refused, with the name, when there is an interface beside loopback.
Status check_network_is_empty();

/// Whether a TCP connection of this process's to that port of loopback stands, both ways.
bool is_connected_to_loopback(int port);

/// A TCP socket that listens on 127.0.0.1 (close on exec). Errc::busy, io.
Result<int> listen_on_loopback(int port);

}  // namespace madoguchi::call
