#include "tools/gateway/numbers/suppression.h"

#include <algorithm>
#include <map>
#include <optional>

namespace madoguchi::gateway::numbers {
namespace {

// Elimination over the integers modulo a prime: exact, and the matrix holds only -1, 0 and 1.
constexpr std::int64_t prime = 1'000'000'007;

std::int64_t power(std::int64_t base, std::int64_t exponent) {
  std::int64_t out = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) out = out * base % prime;
    base = base * base % prime;
  }
  return out;
}

/// Hidden cell -> factor; what is visible is a number and stands on the other side.
using Row = std::map<std::size_t, std::int64_t>;

void scale(Row& row, std::int64_t factor) {
  for (auto& [cell, value] : row) value = value * factor % prime;
}

/// row -= factor * other
void subtract(Row& row, const Row& other, std::int64_t factor) {
  for (const auto& [cell, value] : other) {
    std::int64_t& here = row[cell];
    here = (here + (prime - factor) * value) % prime;
    if (here == 0) row.erase(cell);
  }
}

Row row_of(const Sheet& sheet, const Sum& sum) {
  Row row;
  const auto add = [&](std::size_t cell, std::int64_t factor) {
    if (!sheet.cells[cell].hidden) return;
    std::int64_t& here = row[cell];
    here = (here + factor) % prime;
    if (here == 0) row.erase(cell);
  };
  add(sum.total, prime - 1);
  for (const std::size_t part : sum.parts) add(part, 1);
  return row;
}

/// The sums in reduced row echelon form, by their pivots.
std::map<std::size_t, Row> reduced(const Sheet& sheet) {
  std::map<std::size_t, Row> pivots;
  for (const Sum& sum : sheet.sums) {
    Row row = row_of(sheet, sum);
    std::vector<std::pair<std::size_t, std::int64_t>> known;
    for (const auto& [cell, value] : row) {
      if (pivots.contains(cell)) known.emplace_back(cell, value);
    }
    for (const auto& [cell, value] : known) subtract(row, pivots.at(cell), value);
    if (row.empty()) continue;
    const std::size_t pivot = row.begin()->first;
    scale(row, power(row.begin()->second, prime - 2));
    for (auto& [other, earlier] : pivots) {
      const auto found = earlier.find(pivot);
      if (found != earlier.end()) subtract(earlier, row, std::int64_t{found->second});
    }
    pivots.emplace(pivot, std::move(row));
  }
  return pivots;
}

bool may_be_hidden(const Cell& cell) { return !cell.hidden && !cell.published; }

/// The cell that costs the reader least: the smallest part, else the total. Nothing: there is none.
std::optional<std::size_t> cheapest(const Sheet& sheet, const Sum& sum) {
  std::optional<std::size_t> found;
  for (const std::size_t part : sum.parts) {
    if (!may_be_hidden(sheet.cells[part])) continue;
    if (!found || sheet.cells[part].count < sheet.cells[*found].count) found = part;
  }
  if (!found && may_be_hidden(sheet.cells[sum.total])) found = sum.total;
  return found;
}

/// Whether one subtraction in this line tells too much.
bool tells(const Sheet& sheet, const Sum& sum, std::int64_t smallest) {
  std::size_t hidden = 0;
  std::int64_t together = 0;
  for (const std::size_t part : sum.parts) {
    if (!sheet.cells[part].hidden) continue;
    ++hidden;
    together += sheet.cells[part].count;
  }
  if (sheet.cells[sum.total].hidden) return hidden == 0;
  return hidden == 1 || (hidden > 1 && together < smallest);
}

bool all_published(const Sheet& sheet, const Sum& sum) {
  return sheet.cells[sum.total].published &&
         std::all_of(sum.parts.begin(), sum.parts.end(),
                     [&](std::size_t part) { return sheet.cells[part].published; });
}

/// What follows from what was published earlier is known, as if it had been published itself: a
/// year's count whose months all stand there.
void note_known(Sheet& sheet) {
  for (bool any = true; any;) {
    any = false;
    for (const Sum& sum : sheet.sums) {
      std::vector<std::size_t> line = sum.parts;
      line.push_back(sum.total);
      std::vector<std::size_t> open;
      for (const std::size_t cell : line) {
        if (sheet.cells[cell].hidden || !sheet.cells[cell].published) open.push_back(cell);
      }
      if (open.size() != 1 || sheet.cells[open.front()].hidden) continue;
      sheet.cells[open.front()].published = any = true;
    }
  }
}

const Error nothing_left{Errc::invalid, "suppression",
                         "what was published earlier would give a small count away"};

/// Whether anything had to be hidden.
Result<bool> protect_lines(Sheet& sheet, std::int64_t smallest) {
  bool changed = false;
  for (const Sum& sum : sheet.sums) {
    while (tells(sheet, sum, smallest)) {
      const auto cell = cheapest(sheet, sum);
      if (!cell && all_published(sheet, sum)) break;  // what is out is out
      if (!cell) return nothing_left;
      sheet.cells[*cell].hidden = changed = true;
    }
  }
  return changed;
}

/// Hides one more in a line of each cell that several subtractions give away.
Result<bool> protect_all(Sheet& sheet) {
  const std::vector<std::size_t> found = computable(sheet);
  for (const std::size_t cell : found) {
    bool hidden = false;
    for (const Sum& sum : sheet.sums) {
      const bool in_line = sum.total == cell ||
                           std::find(sum.parts.begin(), sum.parts.end(), cell) != sum.parts.end();
      const auto another = in_line ? cheapest(sheet, sum) : std::nullopt;
      if (!another) continue;
      sheet.cells[*another].hidden = hidden = true;
      break;
    }
    if (!hidden) return nothing_left;
  }
  return !found.empty();
}

}  // namespace

std::vector<std::size_t> computable(const Sheet& sheet) {
  std::vector<std::size_t> out;
  for (const auto& [pivot, row] : reduced(sheet)) {
    if (row.size() == 1) out.push_back(pivot);
  }
  return out;
}

Status suppress(Sheet& sheet, std::int64_t smallest) {
  note_known(sheet);
  for (Cell& cell : sheet.cells) {
    if (cell.count < smallest && !cell.published) cell.hidden = true;
  }
  for (;;) {
    const auto in_lines = protect_lines(sheet, smallest);
    if (!in_lines) return in_lines.error();
    if (*in_lines) continue;
    const auto in_all = protect_all(sheet);
    if (!in_all) return in_all.error();
    if (!*in_all) return {};
  }
}

}  // namespace madoguchi::gateway::numbers
