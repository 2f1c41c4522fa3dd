#pragma once
// What the resident looks at and touches: the kiosk's window on a display, or, for campaigns that
// play thousands of visits, kiosk-ui's end of the socket pair without any window.

#include <memory>
#include <optional>
#include <string>

#include "tools/emulators/resident/layout.h"

namespace madoguchi::resident {

/// What a finger does with a control.
enum class Touch {
  tap,
  hold,   ///< for more than a second
  swipe,  ///< from its right side to its left
};

class Window {
 public:
  virtual ~Window() = default;

  /// The next screen that was shown, or the same one again. Nothing when none came within the
  /// patience, or when standard input has something to say. Errors: gone (the kiosk has ended),
  /// those of the decoder.
  virtual Result<std::optional<DrawnScreen>> next(int patience_ms) = 0;
  /// Presses an enabled control of a screen that next() gave. Errors: gone.
  virtual Status press(const DrawnScreen& screen, const DrawnControl& control, Touch touch) = 0;
};

/// A window on an X11 display, whose frames kiosk-ui describes in a layout file. Errors: gone,
/// unsupported (the display), io (the file).
Result<std::unique_ptr<Window>> window_on_display(const std::string& display,
                                                  const std::string& layout);

/// kiosk-ui's end of kioskd's socket pair (firmware/message/ui_protocol.h): every press arrives at
/// once. Takes ownership of the descriptor.
std::unique_ptr<Window> window_on_socket(int fd);

}  // namespace madoguchi::resident
