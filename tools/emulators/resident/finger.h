#pragma once
// A finger on an X11 display: XTEST moves the pointer and presses, so that the window under it
// receives what it would receive from a touch panel.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/base/result.h"

namespace madoguchi::resident {

class Finger {
 public:
  /// Errors: gone (no such display), unsupported (the server has no XTEST).
  static Result<std::unique_ptr<Finger>> open(const std::string& display);
  virtual ~Finger() = default;

  /// Presses and lets go at this pixel of the screen. Returns when the server has taken both.
  virtual void tap(int x, int y) = 0;
  /// The same, but lets go only after so long.
  virtual void hold(int x, int y, std::chrono::milliseconds how_long) = 0;
  /// Presses, slides to the other pixel within a quarter of a second, and lets go there.
  virtual void slide(int from_x, int from_y, int to_x, int to_y) = 0;
};

}  // namespace madoguchi::resident
