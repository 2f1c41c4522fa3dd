#pragma once
// What a process tells the supervisor that started it (systemd's sd_notify(3), spoken by hand):
// that it is ready, that it is alive. Without a supervisor that listens nothing happens.

#include <chrono>
#include <optional>
#include <string_view>

#include "firmware/base/task.h"

namespace madoguchi {

/// "READY=1", "WATCHDOG=1", "STATUS=...", one a line, to the socket that NOTIFY_SOCKET names. Any
/// thread; does not block.
void tell_supervisor(std::string_view state);

/// How often WATCHDOG=1 is due at the latest, half of what the supervisor waits; nothing when it
/// does not watch this process.
std::optional<std::chrono::milliseconds> watchdog_pace();

class Timers;

/// Says that this process is ready, and then that it is alive for as long as its loop turns. Ends
/// at once when nobody watches.
Task<void> stay_alive(Timers& timers);

}  // namespace madoguchi
