#include "tools/gateway/document/sheet.h"

#include <algorithm>

namespace madoguchi::gateway {

namespace {

constexpr double rule_pt = 0.35;
constexpr double padding = 1.4;  // mm, left and right in a cell
constexpr double widest_spread =
    2.2;  // times the natural width: further apart, letters do not read as a word

/// "大阪府豊中市…1207号　パークサイド…": when one line is too short, an address breaks before its
/// building and a name between family and given name, as a clerk would write it.
std::string broken_at_space(const std::string& text) {
  constexpr std::string_view space = "\u3000";
  const auto at = text.find(space);
  if (at == std::string::npos) return {};
  return text.substr(0, at) + "\n" + text.substr(at + space.size());
}

}  // namespace

Cell label(double width, std::string text) {
  return {width, std::move(text), {}, {Face::gothic, 7.5, 0, Align::spread}};
}

Cell centred_label(double width, std::string text) {
  return {width, std::move(text), {}, {Face::gothic, 7.5, 0, Align::centre}};
}

Cell value(double width, std::string text, std::string what, double size_pt, Align align) {
  return {width, std::move(text), std::move(what), {Face::mincho, size_pt, 0, align}};
}

Sheet::Sheet(const Typesetter& typesetter, Area body) : typesetter_(typesetter), body_(body) {
  start_page();
}

void Sheet::start_page() {
  pages_.emplace_back();
  y_ = body_.y;
  if (head_) head_(*this);
}

void Sheet::set_page_head(std::function<void(Sheet&)> head) {
  head_ = std::move(head);
  if (head_ && pages_.back().empty()) head_(*this);
}

void Sheet::keep(double height) {
  if (y_ + height > body_.y + body_.height + 0.01) start_page();
}

void Sheet::row(double height, const std::vector<Cell>& cells) {
  double x = body_.x;
  for (const auto& cell : cells) {
    const double width = cell.width > 0 ? cell.width : body_.x + body_.width - x;
    box({x, y_, width, height}, rule_pt);
    text({x + padding, y_, width - 2 * padding, height}, cell);
    x += width;
  }
  y_ += height;
}

void Sheet::text(const Area& area, const Cell& cell) {
  if (cell.text.empty()) return;
  if (typesetter_.missing(cell.setting.face, cell.text)) {
    return refuse(api::Refusal::glyph_missing, cell,
                  "holds a character or variation sequence that the font lacks");
  }
  std::string shown = cell.text;
  Setting setting = cell.setting;
  setting.width = area.width;
  const double one_line =
      typesetter_.measure(shown, {setting.face, setting.size, 0, Align::left}).width;
  if (one_line > area.width) {
    if (setting.align == Align::spread) setting.align = Align::left;
    const auto broken = broken_at_space(shown);
    const auto extent =
        broken.empty() ? Extent{} : typesetter_.measure(broken, {setting.face, 8, 0, Align::left});
    if (!broken.empty() && extent.width <= area.width && extent.height <= area.height)
      shown = broken;
  }
  const auto size = typesetter_.fit(shown, setting, area.height);
  if (!size) return refuse(api::Refusal::too_long, cell, "does not fit its field at 6 pt");
  setting.size = *size;
  const auto extent = typesetter_.measure(shown, setting);
  if (setting.align == Align::spread)
    setting.width = std::min(area.width, extent.width * widest_spread);
  const double x = area.x + (area.width - setting.width) / 2;
  pages_.back().push_back(TextMark{x, area.y + (area.height - extent.height) / 2, shown, setting});
}

void Sheet::line(double x0, double y0, double x1, double y1, double width_pt) {
  pages_.back().push_back(LineMark{x0, y0, x1, y1, width_pt});
}

void Sheet::box(const Area& area, double width_pt) {
  const double right = area.x + area.width;
  const double bottom = area.y + area.height;
  line(area.x, area.y, right, area.y, width_pt);
  line(area.x, bottom, right, bottom, width_pt);
  line(area.x, area.y, area.x, bottom, width_pt);
  line(right, area.y, right, bottom, width_pt);
}

void Sheet::impression(double x, double y, double diameter, const std::string& text) {
  if (typesetter_.missing(Face::mincho, text)) {
    return refuse(api::Refusal::glyph_missing, {0, text, "engraving of the seal", {}},
                  "holds a character that the font lacks");
  }
  pages_.back().push_back(ImpressionMark{x, y, diameter, text});
}

void Sheet::refuse(api::Refusal code, const Cell& cell, const std::string& why) {
  if (refusal_) return;
  refusal_ =
      api::ApiError{code, (cell.what.empty() ? std::string("a heading") : cell.what) + " " + why};
}

}  // namespace madoguchi::gateway
