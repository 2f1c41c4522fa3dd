#include "tools/gateway/document/impression.h"

#include <cmath>
#include <numbers>
#include <vector>

namespace madoguchi::gateway {

namespace {

/// Splits UTF-8 text into characters, each with the variation selectors that follow it.
std::vector<std::string> characters_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
    const auto character = text.substr(at, end - at);
    const bool selects = character.size() == 4 && character.starts_with("\xF3\xA0");
    if (selects && !out.empty()) {
      out.back() += character;
    } else {
      out.push_back(character);
    }
    at = end;
  }
  return out;
}

/// Cuts the characters into columns of a box (mm) and draws each stretched to its field.
void engrave(cairo_t* cairo, const Typesetter& typesetter, double x, double y, double width,
             double height, const std::vector<std::string>& characters, int rows) {
  const int count = int(characters.size());
  const int columns = (count + rows - 1) / rows;
  const double field_width = width / columns;
  for (int i = 0; i < count; ++i) {
    const int column = i / rows;
    const int in_column = std::min(rows, count - column * rows);
    const double field_height = height / in_column;
    cairo_save(cairo);
    cairo_new_path(cairo);
    typesetter.outline(cairo, 0, 0, characters[i], {Face::mincho, 100, 0, Align::left});
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    cairo_path_extents(cairo, &x0, &y0, &x1, &y1);
    cairo_path_t* path = cairo_copy_path(cairo);
    cairo_new_path(cairo);
    const double margin = 0.06;
    const double left = x + width - (column + 1) * field_width + margin * field_width;
    const double top = y + (i % rows) * field_height + margin * field_height;
    cairo_translate(cairo, left * mm, top * mm);
    cairo_scale(cairo, field_width * (1 - 2 * margin) * mm / (x1 - x0),
                field_height * (1 - 2 * margin) * mm / (y1 - y0));
    cairo_translate(cairo, -x0, -y0);
    cairo_append_path(cairo, path);
    cairo_path_destroy(path);
    cairo_fill_preserve(cairo);
    cairo_set_line_width(cairo,
                         3.2);  // of a 100 pt character: a chisel's stroke is fuller than a pen's
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cairo);
    cairo_restore(cairo);
  }
}

}  // namespace

void draw_square_impression(cairo_t* cairo, const Typesetter& typesetter, double x, double y,
                            double side, const std::string& text) {
  const auto characters = characters_of(text);
  if (characters.empty()) return;
  const int rows = characters.size() <= 4 ? 2 : characters.size() <= 6 ? 2 : 3;
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 0.80, 0.16, 0.10);
  const double rim = side * 0.035;
  const double radius = side * 0.05;
  const double r = radius * mm;
  const double l = (x + rim / 2) * mm, t = (y + rim / 2) * mm;
  const double w = (side - rim) * mm;
  constexpr double quarter = std::numbers::pi / 2;
  cairo_new_path(cairo);
  cairo_arc(cairo, l + w - r, t + r, r, -quarter, 0);
  cairo_arc(cairo, l + w - r, t + w - r, r, 0, quarter);
  cairo_arc(cairo, l + r, t + w - r, r, quarter, 2 * quarter);
  cairo_arc(cairo, l + r, t + r, r, 2 * quarter, 3 * quarter);
  cairo_close_path(cairo);
  cairo_set_line_width(cairo, rim * mm);
  cairo_stroke(cairo);
  const double inner = side - 2 * rim - side * 0.05;
  engrave(cairo, typesetter, x + (side - inner) / 2, y + (side - inner) / 2, inner, inner,
          characters, rows);
  cairo_restore(cairo);
}

void draw_round_impression(cairo_t* cairo, const Typesetter& typesetter, double x, double y,
                           double diameter, const std::string& text) {
  const auto characters = characters_of(text);
  if (characters.empty()) return;
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 0, 0, 0);
  const double rim = diameter * 0.035;
  cairo_new_path(cairo);
  cairo_arc(cairo, (x + diameter / 2) * mm, (y + diameter / 2) * mm, (diameter - rim) / 2 * mm, 0,
            2 * std::numbers::pi);
  cairo_set_line_width(cairo, rim * mm);
  cairo_stroke(cairo);
  // One column up to three characters, two beyond; the column may touch the rim at its corners as
  // engraved ones do.
  const bool two_columns = characters.size() > 3;
  const double width = diameter * (two_columns ? 0.66 : characters.size() == 1 ? 0.66 : 0.46);
  const double height = diameter * (two_columns || characters.size() == 1 ? 0.66 : 0.82);
  const int rows = two_columns ? int(characters.size() + 1) / 2 : int(characters.size());
  engrave(cairo, typesetter, x + (diameter - width) / 2, y + (diameter - height) / 2, width, height,
          characters, rows);
  cairo_restore(cairo);
}

}  // namespace madoguchi::gateway
