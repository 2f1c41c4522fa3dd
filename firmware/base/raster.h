#pragma once
// A picture of black and white dots, as thermal printers take it.

#include <cstddef>
#include <cstdint>

#include "firmware/base/bytes.h"

namespace madoguchi {

struct Raster {
  std::int32_t width = 0;  ///< dots; a multiple of 8
  std::int32_t rows = 0;
  Bytes bits;  ///< row after row, the leftmost dot in the highest bit; 1 is black

  [[nodiscard]] std::size_t row_bytes() const { return static_cast<std::size_t>(width) / 8; }
  /// Whether the sizes agree and there is something to print. Of what another process sent.
  [[nodiscard]] bool well_formed() const {
    return width > 0 && width % 8 == 0 && rows > 0 &&
           bits.size() == row_bytes() * static_cast<std::size_t>(rows);
  }
  bool operator==(const Raster&) const = default;
};

}  // namespace madoguchi
