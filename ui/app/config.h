#pragma once
// [screen] of kiosk.toml: what kiosk-ui needs to know.

#include <chrono>
#include <string>

#include "firmware/base/result.h"
#include "ui/app/panel_turn.h"
#include "ui/kit/layout.h"

namespace madoguchi::ui {

struct WindowConfig {
  Panel panel;
  bool on_panel = false;  ///< without a window system: DRM and evdev
  Rotation rotation = Rotation::none;
  Calibration touch = no_calibration;
  bool fullscreen = true;
  std::string fonts;  ///< path of a fontconfig file; empty: the system's
  City city;
  std::string phone;                  ///< where to ask while there is no kioskd; empty: none
  std::chrono::seconds patience{30};  ///< for the first screen of kioskd
};

/// Reads [screen]; every key has a default, other tables are not looked at. Errc::invalid with the
/// line, key and what it must be; Errc::not_found when there is no such file.
Result<WindowConfig> load_config(const std::string& path);

}  // namespace madoguchi::ui
