// Review: what was chosen line by line, each with its way to change it, and the sum.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"
#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

/// One line of the review, measured: label, values and the way to change it side by side; where the
/// line is narrow, the values stand below the other two.
struct Line {
  TextBlock label;
  std::vector<TextBlock> values;
  const Control* change = nullptr;
  double change_width = 0;
  double change_height = 0;
  bool beside = true;

  [[nodiscard]] double values_height() const {
    double height = 0;
    for (const TextBlock& value : values) height += value.height();
    return height;
  }
  [[nodiscard]] double height() const {
    if (beside) return std::max({label.height(), values_height(), change_height});
    return std::max(label.height(), change_height) + values_height();
  }
};

struct Columns {
  bool beside;
  double label;   ///< width, px
  double change;  ///< width of the change buttons, px; 0 when there are none
  double gap;
};

double change_size_mm(const Composer& composer) { return std::min(composer.sizes().note, 7.2); }

Columns columns_for(const Composer& composer, const Review& review, double width) {
  Columns columns{true, 0, 0, composer.mm(4)};
  for (const ReviewRow& row : review.rows) {
    const TextBlock label =
        composer.words(row.label, {.size_mm = composer.sizes().note, .bold = true}, one_line);
    columns.label = std::max(columns.label, label.ink_width() + 2);
    if (row.change) {
      columns.change = std::max({columns.change, composer.mm(28),
                                 action_width(composer, *row.change, change_size_mm(composer))});
    }
  }
  // The values are what matters: they keep at least half of the line, and no word of theirs may
  // break.
  const double values =
      width - columns.label - columns.gap - (columns.change > 0 ? columns.change + columns.gap : 0);
  columns.beside = values > width * 0.45;
  for (const ReviewRow& row : review.rows) {
    for (const Text& value : row.values) {
      columns.beside = columns.beside &&
                       composer.words(value, {.size_mm = composer.sizes().body}, values).fits();
    }
  }
  return columns;
}

/// Whether label, values and change of this row stand in one line although others do not.
bool stands_beside(const Composer& composer, const ReviewRow& row, double value_width) {
  return composer.squeeze().dense && std::ranges::all_of(row.values, [&](const Text& value) {
           return composer.words(value, {.size_mm = composer.sizes().body}, one_line).ink_width() <=
                  value_width;
         });
}

Line measure_line(const Composer& composer, const ReviewRow& row, const Columns& columns,
                  double width) {
  const double room = width - (columns.change > 0 ? columns.change + columns.gap : 0);
  const double beside_label = room - columns.label - columns.gap;
  const bool beside = columns.beside || stands_beside(composer, row, beside_label);
  Line line{composer.words(row.label, {.size_mm = composer.sizes().note, .bold = true},
                           beside ? columns.label : room),
            {},
            nullptr,
            0,
            0,
            beside};
  for (const Text& value : row.values) {
    line.values.push_back(
        composer.words(value, {.size_mm = composer.sizes().body}, beside ? beside_label : width));
  }
  if (row.change) {
    line.change = &*row.change;
    line.change_width = columns.change;
    line.change_height =
        action_height(composer, *row.change, change_size_mm(composer), columns.change);
  }
  return line;
}

void draw_line(Composer& composer, const Line& line, const Columns& columns, const Rect& rect) {
  const Rect content{rect.x, rect.centre().y - line.height() / 2, rect.w, line.height()};
  const double head = std::max(line.label.height(), line.change_height);
  const double values_top =
      line.beside ? content.centre().y - line.values_height() / 2 : content.y + head;
  double label_middle = content.y + head / 2;
  if (line.beside && !line.values.empty()) {
    // The label stands on the first value's line.
    const TextBlock& first = line.values.front();
    label_middle = values_top + first.height() /
                                    static_cast<double>(std::max<std::size_t>(1, first.lines())) /
                                    2;
  }
  composer.put(line.label, rect.x, label_middle - line.label.height() / 2, colour::text_quiet);
  double y = values_top;
  for (const TextBlock& value : line.values) {
    composer.put(value, line.beside ? rect.x + columns.label + columns.gap : rect.x, y,
                 colour::text);
    y += value.height();
  }
  if (!line.change) return;
  const double change_top = line.beside ? content.centre().y - line.change_height / 2 : content.y;
  draw_action(
      composer, *line.change, change_size_mm(composer),
      {rect.right() - line.change_width, change_top, line.change_width, line.change_height});
}

void add_rows(Composer& composer, Stack& stack, const Review& review, double width) {
  const double side = composer.padding(6);
  const double inner = width - 2 * side;
  const Columns columns = columns_for(composer, review, inner);
  // Change buttons of two lines keep their distance even when squeezed.
  const double air = std::max(composer.gap(3.2), composer.mm(measure::gap / 2));
  std::vector<Line> lines;
  double height = 0;
  for (const ReviewRow& row : review.rows) {
    lines.push_back(measure_line(composer, row, columns, inner));
    height += lines.back().height() + 2 * air;
  }
  stack.add(
      height,
      [=, &composer](const Rect& rect) {
        card(composer, rect);
        const double more =
            (rect.h - height) / static_cast<double>(std::max<std::size_t>(1, lines.size()));
        double y = rect.y;
        for (std::size_t i = 0; i < lines.size(); ++i) {
          const double row = lines[i].height() + 2 * air + more;
          if (i > 0)
            composer.box({{rect.x, y, rect.w, composer.mm(0.3)}, 0, Tint(colour::hairline), {}, 0});
          draw_line(composer, lines[i], columns, Rect{rect.x, y, rect.w, row}.inset(side, 0));
          y += row;
        }
      },
      height + composer.gap(6) * static_cast<double>(lines.size()));
}

void add_total(Composer& composer, Stack& stack, const Review& review, double width) {
  const double padding = composer.padding(6);
  const double inner = width - 2 * padding;
  const TextBlock label =
      composer.words(review.total_label, {.size_mm = composer.sizes().label, .bold = true}, inner);
  const TextBlock total = composer.words(
      review.total, {.size_mm = composer.sizes().total, .bold = true, .align = Align::right},
      inner);
  const bool beside =
      label.ink_width() + total.ink_width() + composer.mm(4) <= inner && label.lines() == 1;
  std::optional<TextBlock> note;
  if (review.total_note) {
    note = composer.words(*review.total_note,
                          {.size_mm = composer.sizes().note, .align = Align::right}, inner);
  }
  const double sum =
      beside ? std::max(label.height(), total.height()) : label.height() + total.height();
  const double height = sum + (note ? note->height() : 0) + 2 * padding;
  stack.add(height, [=, &composer](const Rect& rect) {
    composer.box({rect, composer.mm(measure::radius), Tint(colour::blue_pale), {}, 0});
    const double x = rect.x + padding;
    const double y = rect.y + padding;
    composer.put(label, x, beside ? y + (sum - label.height()) / 2 : y, colour::text);
    composer.put(total, x, y + sum - total.height(), colour::blue);
    if (note) composer.put(*note, x, y + sum, colour::text);
  });
}

}  // namespace

void lay_out_body(Composer& composer, const Review& review, const Rect& area) {
  Stack stack;
  add_rows(composer, stack, review, area.w);
  stack.space(composer.gap(5), composer.gap(8));
  add_total(composer, stack, review, area.w);
  if (!stack.place(area)) composer.note_overflow("review");
}

}  // namespace madoguchi::ui
