#pragma once
// Pictograms and illustrations as vector paths: sharp at every size, no files, no decoder.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ui/theme/theme.h"

typedef struct _cairo cairo_t;

namespace madoguchi::ui {

/// What a part of a drawing is painted with. `line` and `soft` are given by whoever draws it.
enum class Ink {
  line,
  soft,
  white,
  blue,
  blue_mid,
  blue_soft,
  blue_pale,
  navy,
  yellow,
  green,
  green_mid,
  green_soft,
  red,
  grey,
  grey_pale,
  skin,
  pink
};

/// One painted path. Commands, absolute, separated by spaces: "M x y", "L x y", "H x", "V y", "C x1
/// y1 x2 y2 x y", "Z", circle "O cx cy r", rounded rectangle "R x y w h r", clockwise arc "A cx cy
/// r from to" in degrees.
struct Stroke {
  Ink ink = Ink::line;
  double width = 0;  ///< of the line, round caps and joins; 0 fills the path
  std::string_view path;
};

/// Strokes put somewhere: turned about their own origin, scaled, moved.
struct Layer {
  std::span<const Stroke> strokes;
  double x = 0;
  double y = 0;
  double scale = 1;
  double degrees = 0;
};

struct Drawing {
  std::string_view name;
  double width = 48;  ///< of the box that the paths are written in
  double height = 48;
  std::array<Layer, 8> layers{};  ///< those without strokes are skipped
};

/// A small sign in one colour (48 x 48): icons of controls and of the kit. nullptr when there is
/// none.
const Drawing* find_pictogram(std::string_view name);
/// A large picture (240 x 180) of a notice, a checklist or the machine at work. nullptr when there
/// is none.
const Drawing* find_illustration(std::string_view name);
std::vector<std::string_view> pictogram_names();
std::vector<std::string_view> illustration_names();

/// Draws into the box that begins at (x, y), as large as it fits, centred.
void draw(cairo_t* canvas, const Drawing& drawing, double x, double y, double width, double height,
          Colour line = colour::blue, Colour soft = colour::blue_soft);

/// For tests: whether a path is well formed.
bool is_path(std::string_view path);

}  // namespace madoguchi::ui
