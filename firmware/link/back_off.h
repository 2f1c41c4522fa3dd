#pragma once
// How long to wait after failures in a row, so that the kiosks of a city do not return all at once.

#include <algorithm>

#include "firmware/base/timers.h"

namespace madoguchi {

struct BackOff {
  Timers::Duration first{250};
  Timers::Duration longest{30'000};

  /// Doubles with each failure (1 and more) up to the longest; `random` in [0, 1) shortens it by up
  /// to half.
  [[nodiscard]] Timers::Duration pause(int failures, double random) const {
    const int doublings = std::clamp(failures - 1, 0, 16);
    const Timers::Duration whole = std::min(first * (1 << doublings), longest);
    return std::chrono::duration_cast<Timers::Duration>(whole * (1.0 - 0.5 * random));
  }
};

}  // namespace madoguchi
