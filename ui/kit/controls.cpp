#include "ui/kit/controls.h"

#include <algorithm>

namespace madoguchi::ui {
namespace {

/// Shape and sign of an action by its role.
struct ActionShape {
  std::string_view sign;
  bool sign_after = false;
  bool round = false;   ///< a pill; else a rectangle with small corners
  bool filled = false;  ///< white on blue
  bool calm = false;    ///< dark on a grey edge: leaves without doing anything
};

ActionShape shape_of(Role role) {
  switch (role) {
    case Role::primary:
      return {"arrow_right", true, true, true, false};
    case Role::back:
      return {"arrow_left", false, false, false, false};
    case Role::cancel:
      return {"cross", false, false, false, true};
    case Role::change:
      return {"pencil", false, false, false, false};
    default:
      return {"", false, true, false, false};
  }
}

ControlLook action_look(const Control& control) {
  const ActionShape shape = shape_of(control.role);
  if (!control.enabled) {
    return {colour::grey, colour::grey, colour::text_quiet, colour::text_quiet, measure::edge};
  }
  if (shape.filled) {
    return {{colour::blue, colour::blue_deep},
            {colour::blue, colour::blue_deep},
            colour::white,
            colour::white,
            measure::edge};
  }
  if (shape.calm) {
    return {{colour::white, colour::grey},
            colour::edge,
            colour::text,
            colour::text_quiet,
            measure::edge};
  }
  return {{colour::white, colour::blue_soft},
          colour::blue,
          colour::blue,
          colour::text_quiet,
          measure::edge};
}

/// What stands beside the label: padding on both sides, the sign and its distance.
double beside_label(const Composer& composer, const Control& control, double size_mm) {
  const double padding = composer.mm(std::min(size_mm, 8.0)) * 1.6;
  return padding + (shape_of(control.role).sign.empty() ? 0 : composer.mm(size_mm) * 1.4);
}

TextBlock action_label(const Composer& composer, const Control& control, double size_mm,
                       double width) {
  return composer.words(
      control.label, {.size_mm = size_mm, .bold = true, .align = Align::centre, .balanced = true},
      width - beside_label(composer, control, size_mm));
}

}  // namespace

ControlLook tile_look(const Control& control) {
  if (!control.enabled) {
    return {colour::grey_pale, colour::hairline, colour::text_quiet, colour::text_quiet,
            measure::edge};
  }
  if (control.selected) {
    return {{colour::blue_pale, colour::blue_soft},
            colour::blue,
            colour::blue,
            colour::text,
            measure::edge_strong};
  }
  return {{colour::white, colour::blue_soft},
          colour::blue,
          colour::blue,
          colour::text_quiet,
          measure::edge};
}

int control_box(Composer& composer, const Control& control, const Rect& rect,
                const ControlLook& look, double radius) {
  const int index = composer.target(control, rect, radius);
  composer.box({rect, radius, look.fill, look.edge, composer.mm(look.edge_mm)}, index);
  return index;
}

double action_width(const Composer& composer, const Control& control, double size_mm) {
  const TextBlock label =
      composer.words(control.label, {.size_mm = size_mm, .bold = true}, one_line);
  return label.ink_width() + beside_label(composer, control, size_mm) + 2;
}

double action_height(const Composer& composer, const Control& control, double size_mm,
                     double width) {
  const double least =
      composer.mm(control.role == Role::primary ? measure::primary_target : measure::target);
  return std::max(least, action_label(composer, control, size_mm, width).height() + composer.mm(5));
}

void draw_action(Composer& composer, const Control& control, double size_mm, const Rect& rect) {
  const ActionShape shape = shape_of(control.role);
  const ControlLook look = action_look(control);
  const double radius = shape.round ? rect.h / 2 : composer.mm(2.2);
  const int index = control_box(composer, control, rect, look, radius);
  const TextBlock label = action_label(composer, control, size_mm, rect.w);
  const double sign = shape.sign.empty() ? 0 : composer.mm(size_mm);
  const double distance = shape.sign.empty() ? 0 : composer.mm(size_mm) * 0.4;
  // Label and sign are centred together.
  const double together = label.ink_width() + distance + sign;
  const double left = rect.x + (rect.w - together) / 2;
  const double label_left = shape.sign_after ? left : left + sign + distance;
  const double sign_left = shape.sign_after ? left + label.ink_width() + distance : left;
  composer.put(label, label_left - (label.width() - label.ink_width()) / 2,
               rect.centre().y - label.height() / 2, look.ink, index);
  composer.pictogram(shape.sign, {sign_left, rect.centre().y - sign / 2, sign, sign}, look.ink,
                     look.fill, index);
}

}  // namespace madoguchi::ui
