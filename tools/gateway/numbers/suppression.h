#pragma once
// Which counts are not published (秘匿), so that nobody is recognised: small ones, and others that
// would give the small ones away (docs/adr/0017-small-counts.md). Pure; any thread.
//
// What a reader can compute is what follows from the sums that he knows: a table's totals. A table
// is safe when no hidden count follows from them, by one subtraction or by any number of them, and
// when no line's hidden counts together are fewer than the smallest count.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi::gateway::numbers {

struct Cell {
  std::int64_t count = 0;
  bool hidden = false;
  bool published = false;  ///< earlier: what is seen of it can be taken back no more
};

/// cells[total].count is the sum of the parts' counts, and every reader knows that it is.
struct Sum {
  std::size_t total = 0;
  std::vector<std::size_t> parts;
};

struct Sheet {
  std::vector<Cell> cells;
  std::vector<Sum> sums;
};

/// Hides counts below `smallest`, and as many others as the sheet needs to be safe; what was hidden
/// stays hidden. Errors: invalid, when what was published earlier leaves nothing to hide.
Status suppress(Sheet& sheet, std::int64_t smallest);

/// The hidden cells whose counts follow from the visible ones and the sums.
std::vector<std::size_t> computable(const Sheet& sheet);

}  // namespace madoguchi::gateway::numbers
