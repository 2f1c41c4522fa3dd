#pragma once
// What a maintainer tries by hand, one device at a time: a page and a slip on paper, and every
// place of the glass. Chores of Upkeep (firmware/visit/upkeep.h). Loop thread only.

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "firmware/message/self_test_report.h"
#include "firmware/visit/self_test.h"

namespace madoguchi::visit {

/// Prints a page that says that it is a test, in at most 60 s. A printer in trouble is not waited
/// for: the result names the trouble. `not_printed`: it took the page, and it did not come out.
Task<PartResult> print_check(Desk& desk);
/// The same on the receipt printer, in at most 30 s; not_fitted without one.
Task<PartResult> slip_check(Desk& desk);

/// Shows the camera's own picture on the screen for so long; nothing is sent or kept. Ok when
/// kiosk-call had a camera all the while: whether the picture is good is for the maintainer to see.
Task<PartResult> camera_check(Timers& timers, Front& front, CallSeat& seat,
                              std::chrono::seconds shown);
/// Microphone and speaker, as kiosk-call sees them now.
std::vector<PartResult> sound_check(const CallSeat& seat);

struct TouchChecked {
  std::int32_t columns = 0;
  std::int32_t rows = 0;
  std::vector<std::int32_t> untouched;  ///< row by row from the top left, from 0
};
/// Ends when every cell was reached, or none for `patience`. `reached` hears how many were so far,
/// at each one.
Task<TouchChecked> touch_check(Timers& timers, ScreenProbe& screen, std::int32_t columns,
                               std::int32_t rows, Timers::Duration patience,
                               std::function<void(std::int32_t)> reached);

}  // namespace madoguchi::visit
