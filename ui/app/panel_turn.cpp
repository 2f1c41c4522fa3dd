#include "ui/app/panel_turn.h"

#include <algorithm>
#include <locale>
#include <sstream>

namespace madoguchi::ui {

Result<Calibration> parse_calibration(std::string_view text) {
  Calibration numbers{};
  std::istringstream words{std::string(text)};
  words.imbue(std::locale::classic());
  for (double& number : numbers) words >> number;
  std::string more;
  if (!words || words >> more)
    return Error{Errc::invalid, "touch_calibration", "must be six numbers such as 1 0 0 0 1 0"};
  return numbers;
}

std::array<int, 2> PanelTurn::on_panel(int x, int y) const {
  switch (rotation) {
    case Rotation::quarter:
      return {height - 1 - y, x};
    case Rotation::half:
      return {width - 1 - x, height - 1 - y};
    case Rotation::three_quarters:
      return {y, width - 1 - x};
    case Rotation::none:
      break;
  }
  return {x, y};
}

Point PanelTurn::in_picture(double u, double v, const Calibration& c) const {
  const double a = std::clamp(c[0] * u + c[1] * v + c[2], 0.0, 1.0);
  const double b = std::clamp(c[3] * u + c[4] * v + c[5], 0.0, 1.0);
  double x = a;
  double y = b;
  switch (rotation) {
    case Rotation::quarter:
      x = b, y = 1 - a;
      break;
    case Rotation::half:
      x = 1 - a, y = 1 - b;
      break;
    case Rotation::three_quarters:
      x = 1 - b, y = a;
      break;
    case Rotation::none:
      break;
  }
  return {x * (width - 1), y * (height - 1)};
}

}  // namespace madoguchi::ui
