#include "ui/kit/layout.h"

#include <cstddef>

namespace madoguchi::ui {

Rect Words::ink() const {
  const double spare = block.width() - block.ink_width();
  double x = at.x;
  if (block.style().align == Align::centre) x += spare / 2;
  if (block.style().align == Align::right) x += spare;
  return {x, at.y, block.ink_width(), block.height()};
}

Rect Element::bounds() const {
  if (const auto* box = std::get_if<Box>(&shape)) return box->rect;
  if (const auto* picture = std::get_if<Picture>(&shape)) return picture->rect;
  if (const auto* video = std::get_if<Video>(&shape)) return video->rect;
  const auto& words = std::get<Words>(shape);
  // Glyphs may stand out of their em boxes a little.
  return words.ink().outset(words.block.style().size * 0.2);
}

bool Element::same_as(const Element& other) const {
  if (shape.index() != other.shape.index() || control != other.control) return false;
  if (const auto* box = std::get_if<Box>(&shape)) return *box == std::get<Box>(other.shape);
  if (const auto* picture = std::get_if<Picture>(&shape)) {
    return *picture == std::get<Picture>(other.shape);
  }
  if (const auto* video = std::get_if<Video>(&shape)) return *video == std::get<Video>(other.shape);
  const auto& a = std::get<Words>(shape);
  const auto& b = std::get<Words>(other.shape);
  return a.at.x == b.at.x && a.at.y == b.at.y && a.colour == b.colour && a.block.same_as(b.block);
}

std::vector<Video> Layout::videos() const {
  std::vector<Video> out;
  for (const Element& element : elements) {
    if (const auto* video = std::get_if<Video>(&element.shape)) out.push_back(*video);
  }
  return out;
}

int Layout::target_at(Point point) const {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].rect.contains(point)) return static_cast<int>(i);
  }
  return -1;
}

int Layout::target_named(std::string_view id) const {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

Rect difference(const Layout& before, const Layout& after) {
  const Rect whole{0, 0, static_cast<double>(after.panel.width_px),
                   static_cast<double>(after.panel.height_px)};
  if (!(before.panel == after.panel)) return whole;
  // Elements come in the same order when two screens are alike, so a walk side by side finds small
  // changes; an inserted element makes the rest differ, which costs pixels but is never wrong.
  Rect changed;
  const std::size_t common = std::min(before.elements.size(), after.elements.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (before.elements[i].same_as(after.elements[i])) continue;
    changed = united(changed, united(before.elements[i].bounds(), after.elements[i].bounds()));
  }
  for (std::size_t i = common; i < before.elements.size(); ++i) {
    changed = united(changed, before.elements[i].bounds());
  }
  for (std::size_t i = common; i < after.elements.size(); ++i) {
    changed = united(changed, after.elements[i].bounds());
  }
  return changed;
}

}  // namespace madoguchi::ui
