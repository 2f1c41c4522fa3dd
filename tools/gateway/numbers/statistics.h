#pragma once
// From a tally to what the console shows. Pure, but for the process's time zone; any thread.

#include "tools/gateway/numbers/calendar.h"
#include "tools/gateway/numbers/stats_api.h"
#include "tools/gateway/numbers/tally.h"

namespace madoguchi::gateway::numbers {

/// Longer than that, the points are months.
inline constexpr int most_days_as_points = 62;
inline constexpr int most_days_asked = 3660;

/// Everything about these days. `today`: what is not over is not whole.
Stats stats_of(const Tally& tally, const Days& days, const std::string& today);

/// What a volunteer sees of it; satisfaction from `smallest` answers on.
Stats for_volunteers(Stats stats, std::int64_t smallest);

}  // namespace madoguchi::gateway::numbers
