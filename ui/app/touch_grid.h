#pragma once
// The glass as a grid of cells for whoever tests it: which a finger has reached. Pure; main thread.

#include <cstdint>
#include <optional>
#include <vector>

#include "ui/kit/layout.h"

namespace madoguchi::ui {

class TouchGrid {
 public:
  /// Numbers outside of 1 to most_touch_cells cells are brought inside.
  TouchGrid(const Panel& panel, std::int32_t columns, std::int32_t rows);

  /// All cells as they are now.
  [[nodiscard]] Layout layout() const;
  [[nodiscard]] Rect rect(std::int32_t cell) const;
  /// The finger comes down, or has moved there from where it was before: the cells on its way that
  /// it reaches for the first time.
  std::vector<std::int32_t> down(Point at);
  std::vector<std::int32_t> moved(Point at);
  void up() { finger_.reset(); }

 private:
  void reach(Point at, std::vector<std::int32_t>& fresh);

  Panel panel_;
  std::int32_t columns_;
  std::int32_t rows_;
  std::vector<bool> lit_;
  std::optional<Point> finger_;
};

}  // namespace madoguchi::ui
