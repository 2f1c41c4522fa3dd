#pragma once
// How a panel is built in: the picture turned on its glass, and where a touch of the glass is in
// the picture. Pure; kiosk.toml's [screen] rotation and touch_calibration.

#include <array>
#include <string_view>

#include "firmware/base/result.h"
#include "ui/kit/geometry.h"

namespace madoguchi::ui {

/// Clockwise, of the picture on the panel's own pixels.
enum class Rotation { none = 0, quarter = 90, half = 180, three_quarters = 270 };

/// First two rows of the matrix that libinput calls LIBINPUT_CALIBRATION_MATRIX, on 0 to 1.
using Calibration = std::array<double, 6>;
constexpr Calibration no_calibration{1, 0, 0, 0, 1, 0};

/// Six numbers with blanks between them. Errc::invalid.
Result<Calibration> parse_calibration(std::string_view text);

/// The picture is `width` x `height` pixels as the resident sees it.
struct PanelTurn {
  Rotation rotation = Rotation::none;
  int width = 0;
  int height = 0;

  [[nodiscard]] bool lies() const {
    return rotation == Rotation::quarter || rotation == Rotation::three_quarters;
  }
  [[nodiscard]] int panel_width() const { return lies() ? height : width; }
  [[nodiscard]] int panel_height() const { return lies() ? width : height; }
  /// Where a pixel of the picture lies on the panel.
  [[nodiscard]] std::array<int, 2> on_panel(int x, int y) const;
  /// What a touch means: u and v from 0 to 1 over the panel's own width and height, calibrated.
  [[nodiscard]] Point in_picture(double u, double v, const Calibration& calibration) const;
};

}  // namespace madoguchi::ui
