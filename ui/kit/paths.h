#pragma once
// The two Cairo calls that every painter of the kit needs.

#include "ui/kit/geometry.h"
#include "ui/theme/theme.h"

typedef struct _cairo cairo_t;

namespace madoguchi::ui {

void set_colour(cairo_t* canvas, Colour colour);
/// Adds a rectangle with round corners to the path; the radius is capped at half a side.
void rounded_path(cairo_t* canvas, const Rect& rect, double radius);

}  // namespace madoguchi::ui
