// Practice: what to do, a field for the finger or a keyboard, and a kind word to the last try.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"
#include "ui/kit/keys.h"
#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

Aside look_of(const Composer& composer, const Practice& practice) {
  Aside look{.sign = "info", .size_mm = composer.sizes().body, .bold = true};
  if (practice.went_well) {
    look.sign = "success";
    look.sign_colour = colour::green;
    look.fill = colour::green_pale;
    look.bar = colour::green;
  }
  return look;
}

/// What was said of the last try. Its place is kept from the beginning, so that nothing jumps under
/// a finger that is learning.
void add_feedback(Composer& composer, Stack& stack, const Practice& practice, double width) {
  const double line = composer.mm(composer.sizes().body) * 1.45;
  const double height = 2 * line + 2 * composer.padding(4.5);
  if (!practice.feedback) return stack.space(height);
  Stack inner;
  add_aside(composer, inner, *practice.feedback, look_of(composer, practice), width);
  stack.add(std::max(height, inner.height()), [&composer, &practice](const Rect& rect) {
    Stack drawn;
    add_aside(composer, drawn, *practice.feedback, look_of(composer, practice), rect.w);
    drawn.place(rect, 0.5);
  });
}

void add_lines(Composer& composer, Stack& stack, const Practice& practice, double width) {
  for (const Text& each : practice.lines) {
    const TextBlock block = composer.words(each, {.size_mm = composer.sizes().label}, width);
    stack.add(block.height(), [=, &composer](const Rect& rect) {
      composer.put(block, rect.x, rect.y, colour::text);
    });
  }
}

/// One dot for each round, checked when it is done.
void add_rounds(Composer& composer, Stack& stack, const Practice& practice) {
  if (practice.rounds < 2) return;
  const double size = composer.mm(9);
  stack.add(size, [&composer, &practice, size](const Rect& rect) {
    const int rounds = std::clamp(practice.rounds, 1, 12);
    double x = rect.centre().x - (rounds * size * 1.5 - size * 0.5) / 2;
    for (int i = 0; i < rounds; ++i, x += size * 1.5) {
      const bool done = i < practice.done;
      const Rect dot{x, rect.y, size, size};
      composer.box({dot, size / 2, Tint(done ? colour::green : colour::white),
                    Tint(done ? colour::green : colour::edge), composer.mm(0.5)});
      if (done) composer.pictogram("check", dot.inset(size * 0.2), colour::white, colour::white);
    }
  });
}

void draw_disc(Composer& composer, const Control& target, const Rect& rect) {
  const ControlLook look{{colour::blue, colour::green},
                         {colour::blue, colour::green},
                         colour::white,
                         colour::white,
                         measure::edge};
  const int index = control_box(composer, target, rect, look, rect.w / 2);
  const TextBlock label = composer.words(
      target.label,
      {.size_mm = composer.sizes().note, .bold = true, .align = Align::centre, .balanced = true},
      rect.w * 0.8);
  // A disc that has become small says nothing; the line above it does.
  if (!label.fits() || label.height() > rect.h * 0.6) return;
  composer.put(label, rect.x + rect.w * 0.1, rect.centre().y - label.height() / 2, look.ink, index);
}

void draw_card(Composer& composer, const Control& target, const Rect& rect) {
  const ControlLook look{{colour::blue_pale, colour::blue_soft},
                         colour::blue,
                         colour::blue,
                         colour::text,
                         measure::edge_strong};
  const int index = control_box(composer, target, rect, look, composer.mm(measure::radius * 2));
  const double sign = composer.mm(18);
  composer.pictogram("arrow_left",
                     {rect.x + composer.mm(5), rect.centre().y - sign / 2, sign, sign}, look.ink,
                     look.fill, index);
  const double left = rect.x + composer.mm(8) + sign;
  const TextBlock label =
      composer.words(target.label, {.size_mm = composer.sizes().label, .bold = true},
                     rect.right() - composer.mm(4) - left);
  composer.put(label, left, rect.centre().y - label.height() / 2, look.ink, index);
}

/// The field and, somewhere in it, the target.
void draw_field(Composer& composer, const Practice& practice, const Rect& rect) {
  composer.box({rect, composer.mm(measure::radius), Tint(colour::white), Tint(colour::blue_soft),
                composer.mm(0.8)});
  if (!practice.target) {
    const double size = std::min({rect.w, rect.h, composer.mm(60)});
    composer.pictogram("success",
                       {rect.centre().x - size / 2, rect.centre().y - size / 2, size, size},
                       colour::green, colour::white);
    return;
  }
  const double air = composer.mm(4);
  const bool swipe = practice.kind == PracticeKind::swipe;
  const double most = std::min(rect.w, rect.h) - 2 * air;
  const double width =
      swipe ? std::min(composer.mm(std::max(practice.target_mm, 60)) * 1.5, rect.w * 0.8)
            : std::min(composer.mm(practice.target_mm), most);
  const double height =
      swipe ? std::min(composer.mm(std::max(practice.target_mm, 40)) * 0.8, most) : width;
  const double x = rect.x + air + (rect.w - 2 * air - width) * practice.across / 1000.0;
  const double y = rect.y + air + (rect.h - 2 * air - height) * practice.down / 1000.0;
  const Rect place{x, y, width, height};
  if (swipe) {
    draw_card(composer, *practice.target, place);
  } else {
    draw_disc(composer, *practice.target, place);
  }
  composer.practise(practice.kind, rect, *practice.target);
}

/// The word to be typed, and below it what has been typed.
void add_word(Composer& composer, Stack& stack, const Practice& practice, double width) {
  const double padding = composer.padding(4);
  const TextBlock word = composer.words(
      practice.word, {.size_mm = composer.sizes().title, .bold = true, .align = Align::centre},
      width);
  const TextBlock typed = composer.words(
      practice.typed, {.size_mm = composer.sizes().title, .bold = true, .align = Align::centre},
      width - 2 * padding);
  const double line = composer.mm(composer.sizes().title) * 1.45;
  stack.add(word.height(),
            [=, &composer](const Rect& rect) { composer.put(word, rect.x, rect.y, colour::blue); });
  stack.space(composer.gap(3));
  stack.add(std::max(line, typed.height()) + 2 * padding, [=, &composer](const Rect& rect) {
    composer.box({rect, composer.mm(measure::radius), Tint(colour::white), Tint(colour::edge),
                  composer.mm(0.8)});
    composer.put(typed, rect.x + padding, rect.centre().y - typed.height() / 2, colour::text);
  });
}

}  // namespace

void lay_out_body(Composer& composer, const Practice& practice, const Rect& area) {
  Stack stack;
  add_lines(composer, stack, practice, area.w);
  stack.space(composer.gap(4), composer.gap(6));
  if (practice.kind == PracticeKind::type) {
    add_word(composer, stack, practice, area.w);
    stack.space(composer.gap(3));
    add_feedback(composer, stack, practice, area.w);
    stack.space(composer.gap(3), composer.gap(8));
    if (const Keyboard* keyboard = keyboard_for(practice.keyboards, composer.screen().language))
      add_keyboard(composer, stack, *keyboard, area.w);
  } else {
    stack.add(
        composer.mm(64), [&](const Rect& rect) { draw_field(composer, practice, rect); },
        composer.mm(190));
    stack.space(composer.gap(4));
    add_rounds(composer, stack, practice);
    stack.space(composer.gap(4));
    add_feedback(composer, stack, practice, area.w);
  }
  if (!stack.place(area)) composer.note_overflow("practice");
}

}  // namespace madoguchi::ui
