#pragma once
// kioskd <-> kiosk-ui. kioskd numbers every screen; an Intent names the screen it was made on, so
// that a press that crossed a screen change on the way is dropped.

#include <cstdint>
#include <string>
#include <variant>

#include "firmware/message/codec.h"
#include "firmware/message/screen.h"
#include "firmware/message/sheet.h"
#include "firmware/message/slip.h"

namespace madoguchi {

struct ShowScreen {
  static constexpr std::string_view tag = "show_screen";
  std::int64_t number = 0;
  Screen screen;
};
MADOGUCHI_DESCRIBE(ShowScreen, number, screen)

/// Answered by SlipDrawn with the same number.
struct DrawSlip {
  static constexpr std::string_view tag = "draw_slip";
  std::int64_t number = 0;
  Slip slip;
};
MADOGUCHI_DESCRIBE(DrawSlip, number, slip)

/// Answered by SheetDrawn with the same number.
struct DrawSheet {
  static constexpr std::string_view tag = "draw_sheet";
  std::int64_t number = 0;
  Sheet sheet;
};
MADOGUCHI_DESCRIBE(DrawSheet, number, sheet)

/// Answered by FrameDrawn with the same number, when the whole screen was drawn anew and given to
/// the display.
struct AskFrame {
  static constexpr std::string_view tag = "ask_frame";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(AskFrame, number)

inline constexpr std::int32_t most_touch_cells = 1000;

/// A maintainer tests the glass: all of it becomes a grid, and each cell that a finger reaches
/// lights up and is told once (TouchSeen). Ends with the next ShowScreen.
struct WatchTouch {
  static constexpr std::string_view tag = "watch_touch";
  std::int64_t number = 0;
  std::int32_t columns = 6;  ///< columns * rows is at most most_touch_cells
  std::int32_t rows = 10;
};
MADOGUCHI_DESCRIBE(WatchTouch, number, columns, rows)

using KioskToUi = std::variant<ShowScreen, DrawSlip, DrawSheet, AskFrame, WatchTouch>;

/// The window is open and the first frame was drawn.
struct UiReady {
  static constexpr std::string_view tag = "ready";
};
MADOGUCHI_DESCRIBE(UiReady)

/// The resident pressed an enabled control.
struct Intent {
  static constexpr std::string_view tag = "intent";
  std::int64_t number = 0;  ///< of the screen
  std::string control;      ///< its id
};
MADOGUCHI_DESCRIBE(Intent, number, control)

struct SlipDrawn {
  static constexpr std::string_view tag = "slip_drawn";
  std::int64_t number = 0;
  Raster raster;  ///< not well formed when the slip could not be drawn
};
MADOGUCHI_DESCRIBE(SlipDrawn, number, raster)

struct SheetDrawn {
  static constexpr std::string_view tag = "sheet_drawn";
  std::int64_t number = 0;
  Bytes pdf;  ///< one A4 page; empty when the sheet could not be drawn
};
MADOGUCHI_DESCRIBE(SheetDrawn, number, pdf)

struct FrameDrawn {
  static constexpr std::string_view tag = "frame_drawn";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(FrameDrawn, number)

struct TouchSeen {
  static constexpr std::string_view tag = "touch_seen";
  std::int64_t number = 0;  ///< of the WatchTouch
  std::int32_t cell = 0;    ///< row by row from the top left, from 0
};
MADOGUCHI_DESCRIBE(TouchSeen, number, cell)

using UiToKiosk = std::variant<UiReady, Intent, SlipDrawn, SheetDrawn, FrameDrawn, TouchSeen>;

}  // namespace madoguchi
