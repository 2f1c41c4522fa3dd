#include "ui/app/touch_grid.h"

#include <algorithm>
#include <cmath>

#include "firmware/message/ui_protocol.h"

namespace madoguchi::ui {

TouchGrid::TouchGrid(const Panel& panel, std::int32_t columns, std::int32_t rows)
    : panel_(panel),
      columns_(std::clamp(columns, 1, most_touch_cells)),
      rows_(std::clamp(rows, 1, most_touch_cells / columns_)),
      lit_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

Rect TouchGrid::rect(std::int32_t cell) const {
  const auto edge = [](std::int32_t index, std::int32_t of, int px) {
    return std::round(static_cast<double>(index) * px / of);
  };
  const std::int32_t column = cell % columns_;
  const std::int32_t row = cell / columns_;
  const double x = edge(column, columns_, panel_.width_px);
  const double y = edge(row, rows_, panel_.height_px);
  return {x, y, edge(column + 1, columns_, panel_.width_px) - x,
          edge(row + 1, rows_, panel_.height_px) - y};
}

Layout TouchGrid::layout() const {
  Layout out;
  out.panel = panel_;
  for (std::int32_t cell = 0; cell < columns_ * rows_; ++cell) {
    Box box;
    box.rect = rect(cell);
    box.fill = lit_[static_cast<std::size_t>(cell)] ? colour::green : colour::white;
    box.edge = colour::edge;
    box.edge_width = 1;
    out.elements.push_back({box, -1});
  }
  return out;
}

void TouchGrid::reach(Point at, std::vector<std::int32_t>& fresh) {
  const auto index = [](double value, int px, std::int32_t of) {
    return std::clamp(static_cast<std::int32_t>(value * of / px), 0, of - 1);
  };
  const std::int32_t cell =
      index(at.y, panel_.height_px, rows_) * columns_ + index(at.x, panel_.width_px, columns_);
  auto lit = lit_[static_cast<std::size_t>(cell)];
  if (lit) return;
  lit = true;
  fresh.push_back(cell);
}

std::vector<std::int32_t> TouchGrid::down(Point at) {
  finger_ = at;
  std::vector<std::int32_t> fresh;
  reach(at, fresh);
  return fresh;
}

std::vector<std::int32_t> TouchGrid::moved(Point at) {
  if (!finger_) return {};
  // The panel tells of a quick finger now and then: what lies between was touched, too.
  const double step = std::min(rect(0).w, rect(0).h) / 2;
  const double way = std::hypot(at.x - finger_->x, at.y - finger_->y);
  const int steps = std::max(1, static_cast<int>(std::ceil(way / step)));
  std::vector<std::int32_t> fresh;
  for (int i = 1; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    reach({finger_->x + (at.x - finger_->x) * share, finger_->y + (at.y - finger_->y) * share},
          fresh);
  }
  finger_ = at;
  return fresh;
}

}  // namespace madoguchi::ui
