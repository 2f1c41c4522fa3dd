#pragma once
// File descriptors between processes: what one is, and handing one over a Unix socket (SCM_RIGHTS).

#include "firmware/base/result.h"

namespace madoguchi {

/// This process's end of a pair: the descriptor itself, or, when it is a connection to kiosk-wires
/// (it has a path at its other side), the end that is handed over there, for which this waits.
/// Takes ownership, and the caller owns what comes back (close on exec). Errc::invalid when it is
/// no SOCK_SEQPACKET socket; else as receive_descriptor.
Result<int> connected_end(int descriptor);

/// Sends one packet that carries the descriptor. The caller keeps its own. Does not block on a
/// socket with room. Errc::gone with the reason.
Status send_descriptor(int socket, int descriptor);

/// Takes one packet and its descriptor, which the caller then owns (close on exec). Blocks on a
/// blocking socket. Errc::gone when the other end closed, Errc::busy when there is no packet yet,
/// Errc::protocol when the packet holds none, or more than one.
Result<int> receive_descriptor(int socket);

/// Asks the other end to hand its descriptor over (again): one packet without one. A process that
/// starts says this first, since the other end may have handed over to the one before it.
Status ask_for_descriptor(int socket);

/// Takes one packet, whatever is in it. Errors as receive_descriptor.
Status receive_question(int socket);

}  // namespace madoguchi
