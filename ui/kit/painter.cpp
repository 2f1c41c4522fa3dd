#include "ui/kit/painter.h"

#include <cmath>

#include <cairo.h>

#include "ui/kit/paths.h"

namespace madoguchi::ui {
namespace {

void paint_box(cairo_t* canvas, const Box& box, bool pressed) {
  const auto choose = [pressed](const Tint& tint) { return pressed ? tint.pressed : tint.rest; };
  if (box.fill) {
    rounded_path(canvas, box.rect, box.radius);
    set_colour(canvas, choose(*box.fill));
    cairo_fill(canvas);
  }
  if (box.edge && box.edge_width > 0) {
    const double half = box.edge_width / 2;
    rounded_path(canvas, box.rect.inset(half), box.radius - half);
    set_colour(canvas, choose(*box.edge));
    cairo_set_line_width(canvas, box.edge_width);
    cairo_stroke(canvas);
  }
}

void paint_element(cairo_t* canvas, const Element& element, bool pressed) {
  if (const auto* box = std::get_if<Box>(&element.shape)) return paint_box(canvas, *box, pressed);
  if (const auto* words = std::get_if<Words>(&element.shape)) {
    return words->block.draw(canvas, words->at.x, words->at.y,
                             pressed ? words->colour.pressed : words->colour.rest);
  }
  if (const auto* video = std::get_if<Video>(&element.shape)) {
    return paint_box(canvas, {video->rect, 0, Tint(colour::night), {}, 0}, false);
  }
  const auto& picture = std::get<Picture>(element.shape);
  draw(canvas, *picture.drawing, picture.rect.x, picture.rect.y, picture.rect.w, picture.rect.h,
       pressed ? picture.line.pressed : picture.line.rest,
       pressed ? picture.soft.pressed : picture.soft.rest);
}

double ring_reach(const Layout& layout) { return layout.panel.px(measure::focus); }

/// Yellow with black on both sides: it shows on white, on blue and on grey.
void paint_focus(cairo_t* canvas, const Layout& layout, const Target& target) {
  const double reach = ring_reach(layout);
  const auto ring = [&](double inner, double outer, Colour colour) {
    const double middle = (inner + outer) / 2;
    rounded_path(canvas, target.rect.outset(reach * middle), target.radius + reach * middle);
    cairo_set_line_width(canvas, reach * (outer - inner));
    set_colour(canvas, colour);
    cairo_stroke(canvas);
  };
  ring(0.0, 1.0, colour::black);
  ring(0.2, 0.75, colour::yellow);
}

}  // namespace

void paint(cairo_t* canvas, const Layout& layout, const ViewState& state, const Rect& damage) {
  // Whole pixels, or the edge of the clip would mix old and new.
  const double left = std::floor(damage.x);
  const double top = std::floor(damage.y);
  const Rect clip{left, top, std::ceil(damage.right()) - left, std::ceil(damage.bottom()) - top};
  cairo_save(canvas);
  cairo_rectangle(canvas, clip.x, clip.y, clip.w, clip.h);
  cairo_clip(canvas);
  for (const Element& element : layout.elements) {
    const bool pressed = element.control >= 0 && element.control == state.pressed;
    if (pressed && state.drag != 0) {
      cairo_save(canvas);
      cairo_translate(canvas, state.drag, 0);
      paint_element(canvas, element, pressed);
      cairo_restore(canvas);
      continue;
    }
    if (element.bounds().meets(clip)) paint_element(canvas, element, pressed);
  }
  if (state.focused >= 0 && static_cast<std::size_t>(state.focused) < layout.targets.size()) {
    paint_focus(canvas, layout, layout.targets[static_cast<std::size_t>(state.focused)]);
  }
  cairo_restore(canvas);
}

Rect damage_of(const Layout& layout, const ViewState& before, const ViewState& after) {
  Rect damage;
  const auto add = [&](int control) {
    if (control < 0 || static_cast<std::size_t>(control) >= layout.targets.size()) return;
    damage = united(damage, layout.targets[static_cast<std::size_t>(control)].rect.outset(
                                ring_reach(layout) + 1));
  };
  if (before.pressed != after.pressed) {
    add(before.pressed);
    add(after.pressed);
  }
  for (const ViewState& state : {before, after}) {
    if (state.drag == 0 || before.drag == after.drag || state.pressed < 0) continue;
    Rect pushed = layout.targets[static_cast<std::size_t>(state.pressed)].rect;
    add(state.pressed);
    pushed.x += state.drag;
    damage = united(damage, pushed.outset(2));
  }
  if (before.focused != after.focused) {
    add(before.focused);
    add(after.focused);
  }
  return damage;
}

}  // namespace madoguchi::ui
