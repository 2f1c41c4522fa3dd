#include "ui/kit/drawing.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numbers>
#include <optional>

#include <cairo.h>

#include "ui/kit/paths.h"

namespace madoguchi::ui {
namespace {

Colour colour_of(Ink ink, Colour line, Colour soft) {
  switch (ink) {
    case Ink::line:
      return line;
    case Ink::soft:
      return soft;
    case Ink::white:
      return colour::white;
    case Ink::blue:
      return colour::blue;
    case Ink::blue_mid:
      return colour::blue_mid;
    case Ink::blue_soft:
      return colour::blue_soft;
    case Ink::blue_pale:
      return colour::blue_pale;
    case Ink::navy:
      return colour::blue_deep;
    case Ink::yellow:
      return colour::yellow;
    case Ink::green:
      return colour::green;
    case Ink::green_mid:
      return colour::green_mid;
    case Ink::green_soft:
      return colour::green_soft;
    case Ink::red:
      return colour::red;
    case Ink::grey:
      return colour::grey_mid;
    case Ink::grey_pale:
      return colour::grey;
    case Ink::skin:
      return colour::skin;
    case Ink::pink:
      return colour::pink;
  }
  return line;
}

std::size_t arguments_of(char command) {
  switch (command) {
    case 'H':
    case 'V':
      return 1;
    case 'M':
    case 'L':
      return 2;
    case 'O':
      return 3;
    case 'R':
    case 'A':
      return 5;
    case 'C':
      return 6;
    default:
      return 0;
  }
}

/// One command of a path with its numbers.
struct Step {
  char command = 0;
  std::array<double, 6> n{};
};

/// Takes the next command off the path; nothing at its end or when it is malformed.
std::optional<Step> take_step(std::string_view& path) {
  const auto skip_spaces = [&path] {
    while (!path.empty() && path.front() == ' ') path.remove_prefix(1);
  };
  skip_spaces();
  if (path.empty()) return std::nullopt;
  Step step;
  step.command = path.front();
  if (step.command != 'Z' && arguments_of(step.command) == 0) return std::nullopt;
  std::string_view rest = path.substr(1);
  for (std::size_t i = 0; i < arguments_of(step.command); ++i) {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), step.n[i]);
    if (error != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  path = rest;
  skip_spaces();
  return step;
}

void trace(cairo_t* canvas, const Step& step) {
  const auto& n = step.n;
  double x = 0;
  double y = 0;
  if (cairo_has_current_point(canvas)) cairo_get_current_point(canvas, &x, &y);
  switch (step.command) {
    case 'M':
      return cairo_move_to(canvas, n[0], n[1]);
    case 'L':
      return cairo_line_to(canvas, n[0], n[1]);
    case 'H':
      return cairo_line_to(canvas, n[0], y);
    case 'V':
      return cairo_line_to(canvas, x, n[0]);
    case 'C':
      return cairo_curve_to(canvas, n[0], n[1], n[2], n[3], n[4], n[5]);
    case 'Z':
      return cairo_close_path(canvas);
    case 'O':
      cairo_new_sub_path(canvas);
      cairo_arc(canvas, n[0], n[1], n[2], 0, 2 * std::numbers::pi);
      return cairo_close_path(canvas);
    case 'A':
      cairo_new_sub_path(canvas);
      return cairo_arc(canvas, n[0], n[1], n[2], n[3] * std::numbers::pi / 180,
                       n[4] * std::numbers::pi / 180);
    case 'R':
      return rounded_path(canvas, {n[0], n[1], n[2], n[3]}, n[4]);
    default:
      return;
  }
}

void paint(cairo_t* canvas, const Stroke& stroke, Colour line, Colour soft) {
  cairo_new_path(canvas);
  std::string_view rest = stroke.path;
  while (const auto step = take_step(rest)) trace(canvas, *step);
  set_colour(canvas, colour_of(stroke.ink, line, soft));
  if (stroke.width <= 0) return cairo_fill(canvas);
  cairo_set_line_width(canvas, stroke.width);
  cairo_stroke(canvas);
}

}  // namespace

bool is_path(std::string_view path) {
  if (path.empty()) return false;
  while (take_step(path)) {
  }
  return path.empty();
}

void draw(cairo_t* canvas, const Drawing& drawing, double x, double y, double width, double height,
          Colour line, Colour soft) {
  const double scale = std::min(width / drawing.width, height / drawing.height);
  cairo_save(canvas);
  cairo_translate(canvas, x + (width - drawing.width * scale) / 2,
                  y + (height - drawing.height * scale) / 2);
  cairo_scale(canvas, scale, scale);
  cairo_set_line_cap(canvas, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(canvas, CAIRO_LINE_JOIN_ROUND);
  for (const Layer& layer : drawing.layers) {
    cairo_save(canvas);
    cairo_translate(canvas, layer.x, layer.y);
    cairo_scale(canvas, layer.scale, layer.scale);
    cairo_rotate(canvas, layer.degrees * std::numbers::pi / 180);
    for (const Stroke& stroke : layer.strokes) paint(canvas, stroke, line, soft);
    cairo_restore(canvas);
  }
  cairo_restore(canvas);
}

}  // namespace madoguchi::ui
