// Form: questions one below the other; choices and toggles as tiles, numbers as a stepper.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"

namespace madoguchi::ui {
namespace {

bool is_stepper(const Field& field) {
  return std::ranges::any_of(field.controls, [](const Control& c) {
    return c.role == Role::less || c.role == Role::more;
  });
}

// ---- choices and toggles ----

/// What stands inside an option: a box or ring that shows its state, the label and the note; the
/// note behind the label where it fits, else below.
struct Option {
  TextBlock label;
  std::optional<TextBlock> note;
  bool note_behind = false;
  [[nodiscard]] double height() const {
    return label.height() + (note && !note_behind ? note->height() : 0);
  }
};

double mark_size(const Composer& composer) {
  return composer.mm(std::max(7.5, composer.sizes().body * 0.95));
}
double option_padding(const Composer& composer) { return composer.mm(4.5); }

double option_text_width(const Composer& composer, double width) {
  return width - 2 * option_padding(composer) - mark_size(composer) - composer.mm(3.5);
}

double note_distance(const Composer& composer) { return composer.mm(5); }

Option option_of(const Composer& composer, const Control& control, double width) {
  const double room = option_text_width(composer, width);
  const auto label_of = [&](double size_mm) {
    return composer.words(control.label, {.size_mm = size_mm, .bold = true}, room);
  };
  Option option{label_of(composer.sizes().body), {}};
  // A long name takes smaller letters for itself rather than making all the screen's smaller.
  if (control.label.is_name && !option.label.fits()) {
    option.label = label_of(composer.sizes().note);
  }
  if (!control.note) return option;
  option.note = composer.words(*control.note, {.size_mm = composer.sizes().note}, room);
  const double one_row =
      option.label.ink_width() + note_distance(composer) + option.note->ink_width();
  option.note_behind = option.label.lines() == 1 && option.note->lines() == 1 && one_row <= room;
  return option;
}

/// As many columns as let every label stand in one line, at most three.
int option_columns(const Composer& composer, const Field& field, double width, double gap) {
  for (int columns = std::min<int>(3, static_cast<int>(field.controls.size())); columns > 1;
       --columns) {
    const double cell = (width - gap * (columns - 1)) / columns;
    const bool reads_well = std::ranges::all_of(field.controls, [&](const Control& control) {
      const Option option = option_of(composer, control, cell);
      return option.label.fits() && option.label.lines() == 1 &&
             (!option.note || option.note->lines() == 1);
    });
    if (reads_well) return columns;
  }
  return 1;
}

/// A square with a check for what can be switched, a ring with a dot for one of several.
void draw_mark(Composer& composer, const Control& control, const Rect& rect,
               const ControlLook& look, int index) {
  const bool square = control.role == Role::toggle;
  const double radius = square ? composer.mm(1.4) : rect.w / 2;
  const Colour edge = control.enabled ? colour::blue : colour::grey_mid;
  const bool filled = control.selected && square;
  composer.box({rect, radius, Tint(filled ? edge : colour::white), Tint(edge), composer.mm(0.7)},
               index);
  if (!control.selected) return;
  if (square) {
    composer.pictogram("check", rect.inset(rect.w * 0.12), colour::white, colour::white, index);
  } else {
    const Rect dot = rect.inset(rect.w * 0.24);
    composer.box({dot, dot.w / 2, look.ink, {}, 0}, index);
  }
}

void draw_option(Composer& composer, const Control& control, const Rect& rect) {
  ControlLook look = tile_look(control);
  if (control.enabled) look.ink = colour::text;
  const int index = control_box(composer, control, rect, look, composer.mm(measure::radius));
  const double mark = mark_size(composer);
  const double x = rect.x + option_padding(composer);
  draw_mark(composer, control, {x, rect.centre().y - mark / 2, mark, mark}, tile_look(control),
            index);
  const Option option = option_of(composer, control, rect.w);
  const double text_x = x + mark + composer.mm(3.5);
  const double y = rect.centre().y - option.height() / 2;
  composer.put(option.label, text_x, y, look.ink, index);
  if (!option.note) return;
  if (option.note_behind) {
    composer.put(*option.note, text_x + option.label.ink_width() + note_distance(composer),
                 rect.centre().y - option.note->height() / 2, look.quiet, index);
  } else {
    composer.put(*option.note, text_x, y + option.label.height(), look.quiet, index);
  }
}

void add_options(Composer& composer, Stack& stack, const Field& field, double width) {
  const double gap = composer.control_gap(3.5);
  const int columns = option_columns(composer, field, width, gap);
  const double cell = (width - gap * (columns - 1)) / columns;
  const auto per_row = static_cast<std::size_t>(columns);
  for (std::size_t first = 0; first < field.controls.size(); first += per_row) {
    const std::size_t end = std::min(first + per_row, field.controls.size());
    double height = composer.mm(measure::target + 2);
    for (std::size_t i = first; i < end; ++i) {
      height = std::max(
          height, option_of(composer, field.controls[i], cell).height() + composer.padding(5));
    }
    if (first > 0) stack.space(gap);
    stack.add(
        height,
        [=, &composer, &field](const Rect& rect) {
          for (std::size_t i = first; i < end; ++i) {
            const double x = rect.x + static_cast<double>(i - first) * (cell + gap);
            draw_option(composer, field.controls[i], {x, rect.y, cell, rect.h});
          }
        },
        height + composer.mm(4));
  }
}

// ---- numbers ----

void draw_step(Composer& composer, const Control& control, const Rect& rect) {
  const ControlLook look = tile_look(control);
  const int index = control_box(composer, control, rect, look, composer.mm(measure::radius));
  const double sign = std::min(rect.w, rect.h) * 0.5;
  composer.pictogram(control.role == Role::less ? "minus" : "plus",
                     {rect.centre().x - sign / 2, rect.centre().y - sign / 2, sign, sign},
                     control.enabled ? look.ink : Tint(colour::grey_mid), look.fill, index);
}

/// Less, value, more; drawn from the left.
void draw_stepper(Composer& composer, const Field& field, const TextBlock& value,
                  const Rect& rect) {
  const double button = composer.mm(22);
  const double height = composer.mm(measure::primary_target);
  double x = rect.x;
  bool value_done = false;
  for (const Control& control : field.controls) {
    if (control.role == Role::more && !value_done) {
      composer.put(value, x, rect.centre().y - value.height() / 2, colour::text);
      x += value.width() + composer.mm(4);
      value_done = true;
    }
    draw_step(composer, control, {x, rect.centre().y - height / 2, button, height});
    x += button + composer.mm(4);
  }
}

TextBlock set_heading(const Composer& composer, const Field& field, double width) {
  return composer.words(field.label, {.size_mm = composer.sizes().body, .bold = true}, width);
}

void add_heading(Composer& composer, Stack& stack, const Field& field, double width) {
  const TextBlock label = set_heading(composer, field, width);
  stack.add(label.height(), [=, &composer](const Rect& rect) {
    composer.put(label, rect.x, rect.y, colour::text);
  });
  if (field.note) {
    const TextBlock note = composer.words(*field.note, {.size_mm = composer.sizes().note}, width);
    stack.add(note.height(), [=, &composer](const Rect& rect) {
      composer.put(note, rect.x, rect.y, colour::text_quiet);
    });
  }
  stack.space(composer.gap(2.5));
}

/// The question with its stepper beside it where both fit, else below.
void add_number(Composer& composer, Stack& stack, const Field& field, double width) {
  const double buttons = composer.mm(22 + 4) * static_cast<double>(field.controls.size());
  const WordStyle style{.size_mm = composer.sizes().title, .bold = true, .align = Align::centre};
  const double natural =
      composer.words(field.value.value_or(Text{}), style, one_line).ink_width() + composer.mm(8);
  const double value_width = std::min(std::max(natural, composer.mm(36)), width - buttons);
  const TextBlock value = composer.words(field.value.value_or(Text{}), style, value_width);
  const double stepper = buttons + value_width;
  const double height = std::max(composer.mm(measure::primary_target), value.height());
  const TextBlock label = set_heading(composer, field, one_line);
  const bool beside = !field.note && label.ink_width() + composer.mm(6) + stepper <= width;
  if (!beside) add_heading(composer, stack, field, width);
  stack.add(height, [=, &composer, &field](const Rect& rect) {
    if (beside) composer.put(label, rect.x, rect.centre().y - label.height() / 2, colour::text);
    const double left = beside ? rect.right() - stepper : rect.x;
    draw_stepper(composer, field, value, {left, rect.y, stepper, rect.h});
  });
}

}  // namespace

void lay_out_body(Composer& composer, const Form& form, const Rect& area) {
  Stack stack;
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const Field& field = form.fields[i];
    if (i > 0) stack.space(composer.control_gap(7), composer.gap(14));
    if (is_stepper(field)) {
      add_number(composer, stack, field, area.w);
    } else {
      add_heading(composer, stack, field, area.w);
      add_options(composer, stack, field, area.w);
    }
  }
  if (!stack.place(area)) composer.note_overflow("form");
}

}  // namespace madoguchi::ui
