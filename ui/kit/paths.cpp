#include "ui/kit/paths.h"

#include <algorithm>
#include <numbers>

#include <cairo.h>

namespace madoguchi::ui {

void set_colour(cairo_t* canvas, Colour colour) {
  cairo_set_source_rgb(canvas, ((colour.rgb >> 16) & 0xff) / 255.0,
                       ((colour.rgb >> 8) & 0xff) / 255.0, (colour.rgb & 0xff) / 255.0);
}

void rounded_path(cairo_t* canvas, const Rect& rect, double radius) {
  const double r = std::clamp(radius, 0.0, std::min(rect.w, rect.h) / 2);
  constexpr double quarter = std::numbers::pi / 2;
  cairo_new_sub_path(canvas);
  cairo_arc(canvas, rect.right() - r, rect.y + r, r, -quarter, 0);
  cairo_arc(canvas, rect.right() - r, rect.bottom() - r, r, 0, quarter);
  cairo_arc(canvas, rect.x + r, rect.bottom() - r, r, quarter, 2 * quarter);
  cairo_arc(canvas, rect.x + r, rect.y + r, r, 2 * quarter, 3 * quarter);
  cairo_close_path(canvas);
}

}  // namespace madoguchi::ui
