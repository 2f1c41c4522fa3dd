#pragma once
// From a host name to a connected TCP socket. Internal to firmware/link; include it in .cpp files
// only.

#include <boost/asio/ip/tcp.hpp>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/server_url.h"

namespace madoguchi {

/// Tries the addresses of the host one after the other, each for at most `patience`. Errc::gone
/// with the last reason. Cancelling ends it at once, even while the resolver still waits for its
/// name server.
Task<Result<boost::asio::ip::tcp::socket>> connect_tcp(Timers& timers, const ServerUrl& server,
                                                       Timers::Duration patience);

}  // namespace madoguchi
