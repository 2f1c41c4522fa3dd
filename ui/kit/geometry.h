#pragma once
// Rectangles in window pixels; y grows downwards.

#include <algorithm>

namespace madoguchi::ui {

struct Point {
  double x = 0;
  double y = 0;
};

struct Rect {
  double x = 0;
  double y = 0;
  double w = 0;
  double h = 0;

  [[nodiscard]] double right() const { return x + w; }
  [[nodiscard]] double bottom() const { return y + h; }
  [[nodiscard]] Point centre() const { return {x + w / 2, y + h / 2}; }
  [[nodiscard]] bool empty() const { return w <= 0 || h <= 0; }
  [[nodiscard]] bool contains(Point p) const {
    return p.x >= x && p.x < right() && p.y >= y && p.y < bottom();
  }
  [[nodiscard]] bool contains(const Rect& r) const {
    return r.x >= x && r.y >= y && r.right() <= right() && r.bottom() <= bottom();
  }
  [[nodiscard]] bool meets(const Rect& r) const {
    return r.x < right() && r.right() > x && r.y < bottom() && r.bottom() > y;
  }
  /// Smaller by this much on each side.
  [[nodiscard]] Rect inset(double dx, double dy) const {
    return {x + dx, y + dy, w - 2 * dx, h - 2 * dy};
  }
  [[nodiscard]] Rect inset(double d) const { return inset(d, d); }
  [[nodiscard]] Rect outset(double d) const { return inset(-d, -d); }

  bool operator==(const Rect&) const = default;
};

/// The smallest rectangle around both; an empty one counts as nothing.
inline Rect united(const Rect& a, const Rect& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  const double x = std::min(a.x, b.x);
  const double y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

}  // namespace madoguchi::ui
