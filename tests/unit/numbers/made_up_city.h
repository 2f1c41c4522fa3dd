#pragma once
// A fictional city's months, as tallies.

#include <random>

#include "tools/gateway/numbers/tally.h"

namespace madoguchi::gateway::numbers {

/// Some days of a small city: about `uses` uses of two kiosks and half as many help sessions.
/// `seed`: which city.
Tally made_up_tally(const std::string& first_day, int days, int uses, std::uint32_t seed);

}  // namespace madoguchi::gateway::numbers
