#include "ui/kit/panels.h"

#include <algorithm>

namespace madoguchi::ui {

void card(Composer& composer, const Rect& rect) {
  composer.box({rect, composer.mm(measure::radius), Tint(colour::white), Tint(colour::hairline),
                composer.mm(0.3)});
}

void add_illustration(Composer& composer, Stack& stack, std::string_view name, double least_mm,
                      double most_mm) {
  const double scale = composer.squeeze().pictures;
  if (name.empty() || scale <= 0) return;
  stack.add(
      composer.mm(least_mm * scale),
      [&composer, name](const Rect& rect) { composer.illustration(name, rect); },
      composer.mm(most_mm * scale));
}

void add_aside(Composer& composer, Stack& stack, const Text& text, const Aside& look,
               double width) {
  const double padding = composer.padding(4.5);
  const double bar = composer.mm(1.6);
  const double sign = composer.mm(look.size_mm * 1.2);
  const double indent = bar + padding + sign + composer.mm(3.5);
  const TextBlock words =
      composer.words(text, {.size_mm = look.size_mm, .bold = look.bold}, width - indent - padding);
  const double height = std::max(words.height(), sign) + 2 * padding;
  stack.add(height, [=, &composer](const Rect& rect) {
    composer.box({rect, composer.mm(1.5), Tint(look.fill), {}, 0});
    composer.box({{rect.x, rect.y, bar, rect.h}, composer.mm(0.8), Tint(look.bar), {}, 0});
    const double top = rect.y + (rect.h - words.height()) / 2;
    const double line =
        words.height() / static_cast<double>(std::max<std::size_t>(1, words.lines()));
    composer.pictogram(look.sign, {rect.x + bar + padding, top + (line - sign) / 2, sign, sign},
                       look.sign_colour, colour::white);
    composer.put(words, rect.x + indent, top, colour::text);
  });
}

}  // namespace madoguchi::ui
