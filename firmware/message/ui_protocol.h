#pragma once
// kioskd <-> kiosk-ui. kioskd numbers every screen; an Intent names the screen it was made on, so
// that a press that crossed a screen change on the way is dropped.

#include <cstdint>
#include <string>
#include <variant>

#include "firmware/message/codec.h"
#include "firmware/message/screen.h"

namespace madoguchi {

struct ShowScreen {
  static constexpr std::string_view tag = "show_screen";
  std::int64_t number = 0;
  Screen screen;
};
MADOGUCHI_DESCRIBE(ShowScreen, number, screen)

using KioskToUi = std::variant<ShowScreen>;

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

using UiToKiosk = std::variant<UiReady, Intent>;

}  // namespace madoguchi
