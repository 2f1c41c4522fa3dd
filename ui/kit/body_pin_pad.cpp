// PinPad: the tries that are left, one ring a digit, the keys.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"
#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

constexpr int columns = 3;

void add_tries(Composer& composer, Stack& stack, const PinPad& pad, double width) {
  if (pad.tries_left == 1) {
    add_aside(composer, stack, say("ui.last_try"),
              {.sign = "warning",
               .sign_colour = colour::text,
               .fill = colour::yellow_pale,
               .bar = colour::amber,
               .size_mm = composer.sizes().body,
               .bold = true},
              width);
  } else {
    add_aside(composer, stack, say("ui.tries_left", {{"tries", std::to_string(pad.tries_left)}}),
              {.sign = "info", .size_mm = composer.sizes().body}, width);
  }
}

void draw_rings(Composer& composer, const PinPad& pad, const Rect& rect) {
  const int length = std::clamp(pad.length, 1, 16);
  const double size = std::min(rect.h, rect.w / (length * 1.8));
  const double pitch = size * 1.8;
  double x = rect.centre().x - (pitch * (length - 1) + size) / 2;
  for (int i = 0; i < length; ++i, x += pitch) {
    const bool filled = i < pad.entered;
    const Rect ring{x, rect.centre().y - size / 2, size, size};
    composer.box({ring, size / 2, Tint(filled ? colour::blue : colour::white),
                  Tint(filled ? colour::blue : colour::edge), composer.mm(0.7)});
  }
}

void draw_key(Composer& composer, const Control& key, const Rect& rect) {
  ControlLook look = tile_look(key);
  if (key.enabled) {
    look.fill.pressed = colour::blue;
    look.ink = {key.role == Role::digit ? colour::text : colour::blue, colour::white};
  }
  const int index = control_box(composer, key, rect, look, composer.mm(measure::radius));
  if (key.role == Role::digit) {
    const TextBlock digit = composer.words(
        key.label, {.size_mm = composer.sizes().digit, .bold = true, .align = Align::centre},
        rect.w);
    composer.put(digit, rect.x, rect.centre().y - digit.height() / 2, look.ink, index);
    return;
  }
  const double padding = composer.mm(1.5);
  const TextBlock label = composer.words(key.label,
                                         {.size_mm = std::min(composer.sizes().note, 7.2),
                                          .bold = true,
                                          .align = Align::centre,
                                          .balanced = true},
                                         rect.w - 2 * padding);
  const double sign = std::min(composer.mm(11), rect.h - label.height() - 2 * padding);
  const double top = rect.centre().y - (sign + label.height()) / 2;
  composer.pictogram("backspace", {rect.centre().x - sign / 2, top, sign, sign}, look.ink,
                     look.fill, index);
  composer.put(label, rect.x + padding, top + sign, look.ink, index);
}

/// Column and row of each key in reading order. The last row's single digit stands in the middle,
/// where every telephone and cash machine has its 0.
std::vector<std::pair<int, int>> places_of(const std::vector<Control>& keys) {
  std::vector<std::pair<int, int>> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    places.emplace_back(static_cast<int>(i) % columns, static_cast<int>(i) / columns);
  }
  if (keys.size() == 11 && keys[9].role == Role::digit) {
    places[9].first = 1;
    places[10].first = 2;
  }
  return places;
}

}  // namespace

void lay_out_body(Composer& composer, const PinPad& pad, const Rect& area) {
  Stack stack;
  add_tries(composer, stack, pad, area.w);
  stack.space(composer.gap(6), composer.gap(12));
  stack.add(
      composer.mm(10), [&](const Rect& rect) { draw_rings(composer, pad, rect); }, composer.mm(14));
  stack.space(composer.gap(6), composer.gap(12));
  const auto places = places_of(pad.keys);
  const int rows = places.empty() ? 0 : places.back().second + 1;
  const double gap = composer.control_gap(4);
  const double width = std::min((area.w - gap * (columns - 1)) / columns, composer.mm(52));
  const auto keypad_height = [&](double key_mm) {
    return composer.mm(key_mm) * rows + gap * (rows - 1);
  };
  stack.add(
      keypad_height(measure::primary_target),
      [&](const Rect& rect) {
        const double height = (rect.h - gap * (rows - 1)) / rows;
        const double left = rect.centre().x - (width * columns + gap * (columns - 1)) / 2;
        for (std::size_t i = 0; i < pad.keys.size(); ++i) {
          const auto [column, row] = places[i];
          draw_key(composer, pad.keys[i],
                   {left + column * (width + gap), rect.y + row * (height + gap), width, height});
        }
      },
      keypad_height(31));
  if (!stack.place(area)) composer.note_overflow("pin pad");
}

}  // namespace madoguchi::ui
