#include "ui/kit/keys.h"

#include <algorithm>

#include "ui/kit/controls.h"

namespace madoguchi::ui {
namespace {

constexpr int half_keys = 20;  // in a row

void draw_letter(Composer& composer, const Control& key, const Rect& rect) {
  ControlLook look = tile_look(key);
  if (key.enabled) look.fill.pressed = colour::blue;
  if (key.enabled)
    look.ink = {key.role == Role::erase ? colour::blue : colour::text, colour::white};
  const int index = control_box(composer, key, rect, look, composer.mm(1.5));
  if (key.role == Role::erase) {
    const double sign = std::min({rect.w, rect.h, composer.mm(13)}) * 0.72;
    composer.pictogram("backspace",
                       {rect.centre().x - sign / 2, rect.centre().y - sign / 2, sign, sign},
                       look.ink, look.fill, index);
    return;
  }
  // A word on a key takes smaller letters alone: the others keep the size that was asked for.
  double size_mm = std::min(composer.sizes().label, 9.0);
  const double room = rect.w - composer.mm(1.5);
  const double wanted =
      composer.words(key.label, {.size_mm = size_mm, .bold = true}, one_line).ink_width();
  if (wanted > room) size_mm *= room / wanted;
  const TextBlock letter =
      composer.words(key.label, {.size_mm = size_mm, .bold = true, .align = Align::centre}, rect.w);
  composer.put(letter, rect.x, rect.centre().y - letter.height() / 2, look.ink, index);
}

}  // namespace

void add_keyboard(Composer& composer, Stack& stack, const Keyboard& keyboard, double width) {
  if (keyboard.keys.empty()) return;
  const double gap = composer.mm(measure::gap);
  const int rows = 1 + std::ranges::max(keyboard.keys, {}, &Key::row).row;
  const auto height_of = [&](double key_mm) {
    return composer.mm(key_mm) * rows + gap * (rows - 1);
  };
  stack.add(
      height_of(measure::target + 0.3),
      [&composer, &keyboard, gap, rows, width](const Rect& rect) {
        const double half = (width + gap) / half_keys;
        const double height = (rect.h - gap * (rows - 1)) / rows;
        for (const Key& key : keyboard.keys) {
          draw_letter(composer, key.control,
                      {rect.x + key.column * half, rect.y + key.row * (height + gap),
                       key.width * half - gap, height});
        }
      },
      height_of(20));
}

}  // namespace madoguchi::ui
