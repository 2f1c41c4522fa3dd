#pragma once
// What a process tells the supervisor that started it (systemd's sd_notify(3), spoken by hand):
// that it is ready, that it is alive. Without a supervisor that listens nothing happens. And what
// the supervisor has handed over (sd_listen_fds(3)).

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "firmware/base/task.h"

namespace madoguchi {

/// "READY=1", "WATCHDOG=1", "STATUS=...", one a line, to the socket that NOTIFY_SOCKET names. Any
/// thread; does not block.
void tell_supervisor(std::string_view state);

/// How often WATCHDOG=1 is due at the latest, half of what the supervisor waits; nothing when it
/// does not watch this process.
std::optional<std::chrono::milliseconds> watchdog_pace();

/// The listening sockets that the supervisor has opened for this process, in its order; none when
/// they are for another one. They close on exec from now on; the caller owns them.
std::vector<int> sockets_from_supervisor();

class Timers;

/// Says that this process is ready, and then that it is alive for as long as its loop turns. Ends
/// at once when nobody watches.
Task<void> stay_alive(Timers& timers);

}  // namespace madoguchi
