#pragma once
// A moment as maintainers read it. Any thread.

#include <string>

#include "firmware/base/timers.h"

namespace madoguchi {

/// "2026-11-22T17:03:11Z": RFC 3339 in UTC, to the second.
std::string utc_text(Timers::Wall when);

}  // namespace madoguchi
