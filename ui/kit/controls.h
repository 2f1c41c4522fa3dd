#pragma once
// How controls look. One rule everywhere: what is blue-edged or blue can be pressed, what is grey
// cannot. Private to ui/kit.

#include <string_view>

#include "ui/kit/composer.h"

namespace madoguchi::ui {

/// The colours of a control in its state.
struct ControlLook {
  Tint fill;
  Tint edge;
  Tint ink;    ///< of label and icon
  Tint quiet;  ///< of the note
  double edge_mm;
};

/// A tile, a row or a key: white with a blue edge; chosen: pale blue with a strong edge.
ControlLook tile_look(const Control& control);

/// Draws the body of a control and says where it can be pressed. Gives its index.
int control_box(Composer& composer, const Control& control, const Rect& rect,
                const ControlLook& look, double radius);

/// An action's width in px with its label in one line.
double action_width(const Composer& composer, const Control& control, double size_mm);
/// Its height at this width; the label wraps when it must.
double action_height(const Composer& composer, const Control& control, double size_mm,
                     double width);
/// Draws an action (back, cancel, secondary, primary, change) in the shape, colour and sign of its
/// role, so that no two roles are told apart by colour alone.
void draw_action(Composer& composer, const Control& control, double size_mm, const Rect& rect);

}  // namespace madoguchi::ui
