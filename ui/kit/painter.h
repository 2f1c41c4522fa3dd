#pragma once
// Draws a layout, or the part of it that changed, in the state of the moment.

#include <string>

#include "ui/kit/layout.h"

typedef struct _cairo cairo_t;

namespace madoguchi::ui {

/// What fingers and keys are doing to a layout: indexes in Layout::targets, or -1.
struct ViewState {
  int pressed = -1;
  int focused = -1;  ///< -1 also while nobody uses keys
  double drag = 0;   ///< px that the pressed control is pushed to the right
  bool operator==(const ViewState&) const = default;
};

/// Draws every element that meets the damage, clipped to it. The canvas is in window pixels.
void paint(cairo_t* canvas, const Layout& layout, const ViewState& state, const Rect& damage);

/// What must be drawn again when the state changes: the controls it touches, with their focus
/// rings.
Rect damage_of(const Layout& layout, const ViewState& before, const ViewState& after);

}  // namespace madoguchi::ui
