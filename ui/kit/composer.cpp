#include "ui/kit/composer.h"

#include <algorithm>
#include <cassert>

#include "firmware/base/log.h"
#include "ui/strings/catalogue.h"
#include "ui/text/name_glyphs.h"

namespace madoguchi::ui {

TextSize smaller_size(TextSize size, int steps) {
  return static_cast<TextSize>(std::max(0, static_cast<int>(size) - steps));
}

Composer::Composer(const Fonts& fonts, const Panel& panel, const City& city, const Screen& screen,
                   Squeeze squeeze)
    : fonts_(fonts), panel_(panel), city_(city), screen_(screen), squeeze_(squeeze) {
  layout_.panel = panel;
  layout_.text_size = smaller_size(screen.text_size, squeeze.smaller);
  sizes_ = sizes_of(layout_.text_size);
  for (const Control* control : controls_of(screen)) {
    index_[control] = static_cast<int>(layout_.targets.size());
    const bool is_digit = control->role == Role::digit && control->label.literal.size() == 1;
    layout_.targets.push_back({control->id,
                               control->role,
                               {},
                               0,
                               control->enabled,
                               is_digit ? control->label.literal.front() : '\0'});
  }
}

double Composer::control_gap(double value_mm) const {
  return panel_.px(std::max(measure::gap, value_mm * squeeze_.gaps));
}

TextBlock Composer::words(const Text& text, const WordStyle& style, double width) const {
  TextStyle set{.size = mm(style.size_mm),
                .bold = style.bold,
                .align = style.align,
                .pitch = squeeze_.dense ? 1.25 : 1.45,
                .balanced = style.balanced,
                .language = screen_.language};
  if (!text.key.empty() || !text.is_name)
    return {fonts_, render(text, screen_.language), set, width};
  CheckedName name = check_name(fonts_, text.literal);
  if (!name.complete)
    log_event(Event::ui_event, {{"what", "name_glyph_missing"}, {"screen", screen_.name}});
  set.face = Face::name;
  return {fonts_, std::move(name.text), set, width};
}

TextBlock Composer::words(const std::string& text, const WordStyle& style, double width) const {
  Text literal;
  literal.literal = text;
  return words(literal, style, width);
}

void Composer::box(Box box, int control) { layout_.elements.push_back({std::move(box), control}); }

void Composer::put(TextBlock block, double x, double y, Tint colour, int control) {
  if (block.lines() == 0) return;
  if (!block.fits())
    note_overflow("words wider than " + std::to_string(static_cast<int>(block.width())) + " px");
  layout_.elements.push_back({Words{std::move(block), {x, y}, colour}, control});
}

void Composer::pictogram(std::string_view name, const Rect& rect, Tint line, Tint soft,
                         int control) {
  if (name.empty() || rect.empty()) return;
  if (const Drawing* drawing = find_pictogram(name)) {
    layout_.elements.push_back({Picture{drawing, rect, line, soft}, control});
  } else {
    log_event(Event::ui_event, {{"what", "unknown_pictogram"}, {"name", std::string(name)}});
  }
}

void Composer::illustration(std::string_view name, const Rect& rect) {
  if (name.empty() || rect.empty()) return;
  if (const Drawing* drawing = find_illustration(name)) {
    layout_.elements.push_back({Picture{drawing, rect}, -1});
  } else {
    log_event(Event::ui_event, {{"what", "unknown_illustration"}, {"name", std::string(name)}});
  }
}

void Composer::video(Video video) {
  if (!video.rect.empty()) layout_.elements.push_back({video, -1});
}

int Composer::target(const Control& control, const Rect& rect, double radius) {
  const auto found = index_.find(&control);
  assert(found != index_.end() && "a control that is not of this screen");
  Target& target = layout_.targets[static_cast<std::size_t>(found->second)];
  target.rect = rect;
  target.radius = radius;
  return found->second;
}

void Composer::practise(PracticeKind kind, const Rect& field, const Control& target) {
  const auto found = index_.find(&target);
  assert(found != index_.end() && "a control that is not of this screen");
  layout_.practice = PracticeField{kind, field, found->second};
}

std::optional<Target> Composer::placed(std::string_view id) const {
  const int index = layout_.target_named(id);
  if (index < 0) return std::nullopt;
  const Target& target = layout_.targets[static_cast<std::size_t>(index)];
  return target.rect.empty() ? std::nullopt : std::optional(target);
}

void Composer::note_overflow(std::string what) { layout_.overflow.push_back(std::move(what)); }

Layout Composer::finish() && {
  const Rect glass{0, 0, static_cast<double>(panel_.width_px),
                   static_cast<double>(panel_.height_px)};
  for (const Target& target : layout_.targets) {
    if (target.rect.empty() || !glass.contains(target.rect)) note_overflow("control " + target.id);
  }
  for (const Element& element : layout_.elements) {
    const auto* const words = std::get_if<Words>(&element.shape);
    if (!words) continue;
    // Ems of fallback fonts and rounding may stand out by a hair.
    const Rect ink = words->ink().inset(1);
    if (!glass.contains(ink)) note_overflow("words outside the panel");
    if (element.control < 0) continue;
    const Target& target = layout_.targets[static_cast<std::size_t>(element.control)];
    if (!target.rect.contains(ink)) note_overflow("words outside the control " + target.id);
  }
  return std::move(layout_);
}

void Stack::add(double height, Draw draw, double tallest) {
  items_.push_back({height, std::max(height, tallest), std::move(draw)});
  height_ += height;
}

void Stack::space(double height, double tallest) { add(height, {}, tallest); }

std::optional<double> Stack::place(const Rect& area, double above) const {
  double room = 0;
  for (const Item& item : items_) room += item.most - item.least;
  const double spare = std::max(0.0, area.h - height_);
  const double share = room > 0 ? std::min(1.0, spare / room) : 0.0;
  double y = area.y + (spare - share * room) * above;
  for (const Item& item : items_) {
    const double height = item.least + share * (item.most - item.least);
    if (item.draw) item.draw({area.x, y, area.w, height});
    y += height;
  }
  if (height_ > area.h + 0.5) return std::nullopt;
  return y;
}

}  // namespace madoguchi::ui
