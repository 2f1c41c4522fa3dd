#include "ui/text/text_block.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <pango/pangocairo.h>

namespace madoguchi::ui {
namespace {

// Half a pixel: glyph positions are not rounded, so sums of advances may stand out by a fraction.
constexpr double tolerance = 0.5;
// The middle of an ideographic em box lies this far above the baseline, in ems.
constexpr double em_middle = 0.38;

int to_pango(double px) { return static_cast<int>(std::floor(px * PANGO_SCALE)); }
double from_pango(int units) { return static_cast<double>(units) / PANGO_SCALE; }

void set_font(PangoLayout* layout, const TextStyle& style) {
  PangoFontDescription* const font = pango_font_description_new();
  const std::string names(families(style.face, style.language));
  pango_font_description_set_family(font, names.c_str());
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  // IPAmj has one weight; a synthetic bold would blur the very strokes that tell names apart.
  const bool bold = style.bold && style.face == Face::words;
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

}  // namespace

TextBlock::TextBlock(const Fonts& fonts, std::string text, TextStyle style, double width)
    : text_(std::move(text)),
      style_(std::move(style)),
      width_(std::max(width, 1.0)),
      layout_(pango_layout_new(fonts.context()), g_object_unref) {
  set_font(layout_.get(), style_);
  pango_layout_set_text(layout_.get(), text_.data(), static_cast<int>(text_.size()));
  pango_layout_set_width(layout_.get(), to_pango(width_ + tolerance));
  pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD);
  std::vector<std::size_t> breaks = line_break_offsets(text_, style_.language, BreakRule::phrase);
  allow_breaks(breaks);
  for (const BreakRule rule : {BreakRule::word, BreakRule::strict}) {
    if (!loosen(breaks, rule)) break;
  }
  fits_ = widest() <= width_ + tolerance;
  if (!fits_) {
    allow_breaks({});
    pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
  }
  if (style_.balanced && fits_) balance();
  take_lines();
}

void TextBlock::allow_breaks(const std::vector<std::size_t>& offsets) {
  PangoAttrList* const attributes = pango_attr_list_new();
  pango_attr_list_insert(
      attributes, pango_attr_language_new(pango_language_from_string(style_.language.c_str())));
  std::size_t start = 0;
  for (const std::size_t end : offsets) {
    PangoAttribute* const whole = pango_attr_allow_breaks_new(FALSE);
    whole->start_index = static_cast<guint>(start);
    whole->end_index = static_cast<guint>(end);
    pango_attr_list_insert(attributes, whole);
    start = end;
  }
  pango_layout_set_attributes(layout_.get(), attributes);
  pango_attr_list_unref(attributes);
}

bool TextBlock::loosen(std::vector<std::size_t>& offsets, BreakRule rule) {
  const auto looser = line_break_offsets(text_, style_.language, rule);
  std::vector<std::size_t> more;
  for (int i = 0; i < pango_layout_get_line_count(layout_.get()); ++i) {
    PangoLayoutLine* const line = pango_layout_get_line_readonly(layout_.get(), i);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    if (from_pango(logical.width) <= width_ + tolerance) continue;
    const auto start = static_cast<std::size_t>(line->start_index);
    const auto end = start + static_cast<std::size_t>(line->length);
    std::ranges::copy_if(looser, std::back_inserter(more),
                         [&](std::size_t offset) { return offset > start && offset < end; });
  }
  if (more.empty()) return widest() > width_ + tolerance;
  offsets.insert(offsets.end(), more.begin(), more.end());
  std::ranges::sort(offsets);
  offsets.erase(std::ranges::unique(offsets).begin(), offsets.end());
  allow_breaks(offsets);
  return true;
}

double TextBlock::widest() const {
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return from_pango(logical.width);
}

void TextBlock::balance() {
  const int lines = pango_layout_get_line_count(layout_.get());
  if (lines < 2) return;
  double narrow = width_ / lines;
  double wide = width_;
  for (int i = 0; i < 7; ++i) {
    const double middle = (narrow + wide) / 2;
    pango_layout_set_width(layout_.get(), to_pango(middle));
    const bool same =
        pango_layout_get_line_count(layout_.get()) == lines && widest() <= middle + tolerance;
    (same ? wide : narrow) = middle;
  }
  pango_layout_set_width(layout_.get(), to_pango(wide + tolerance));
}

void TextBlock::take_lines() {
  const int count = text_.empty() ? 0 : pango_layout_get_line_count(layout_.get());
  for (int i = 0; i < count; ++i) {
    PangoLayoutLine* const line = pango_layout_get_line_readonly(layout_.get(), i);
    PangoRectangle logical;
    pango_layout_line_get_extents(line, nullptr, &logical);
    lines_.push_back({line, from_pango(logical.width)});
    ink_width_ = std::max(ink_width_, lines_.back().width);
  }
}

double TextBlock::height() const {
  return static_cast<double>(lines_.size()) * style_.size * style_.pitch;
}

std::string TextBlock::line_text(std::size_t line) const {
  const PangoLayoutLine* const glyphs = lines_.at(line).glyphs;
  return text_.substr(static_cast<std::size_t>(glyphs->start_index),
                      static_cast<std::size_t>(glyphs->length));
}

void TextBlock::draw(cairo_t* canvas, double x, double y, Colour colour) const {
  cairo_set_source_rgb(canvas, ((colour.rgb >> 16) & 0xff) / 255.0,
                       ((colour.rgb >> 8) & 0xff) / 255.0, (colour.rgb & 0xff) / 255.0);
  const double pitch = style_.size * style_.pitch;
  double baseline = y + pitch / 2 + em_middle * style_.size;
  for (const Line& line : lines_) {
    double left = x;
    if (style_.align == Align::centre) left += (width_ - line.width) / 2;
    if (style_.align == Align::right) left += width_ - line.width;
    cairo_move_to(canvas, left, baseline);
    pango_cairo_show_layout_line(canvas, line.glyphs);
    baseline += pitch;
  }
}

bool TextBlock::same_as(const TextBlock& other) const {
  return text_ == other.text_ && style_ == other.style_ && width_ == other.width_;
}

}  // namespace madoguchi::ui
