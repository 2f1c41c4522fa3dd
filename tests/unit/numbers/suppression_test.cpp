// Small counts stay hidden, however a reader adds and subtracts. The reader here is written for
// itself: it knows nothing of how suppression.cpp looks for what can be computed.

#include "tools/gateway/numbers/suppression.h"

#include <numeric>
#include <random>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway::numbers;

namespace {

/// Rows x columns with all totals, the grand total too: cell (r, c) of a grid one larger.
Sheet table(std::size_t rows, std::size_t columns, const std::vector<std::int64_t>& inner) {
  Sheet sheet;
  const auto at = [&](std::size_t row, std::size_t column) { return row * (columns + 1) + column; };
  sheet.cells.resize((rows + 1) * (columns + 1));
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::int64_t count = inner[row * columns + column];
      sheet.cells[at(row, column)].count = count;
      sheet.cells[at(row, columns)].count += count;
      sheet.cells[at(rows, column)].count += count;
      sheet.cells[at(rows, columns)].count += count;
    }
  }
  for (std::size_t row = 0; row <= rows; ++row) {
    Sum sum{at(row, columns), {}};
    for (std::size_t column = 0; column < columns; ++column) sum.parts.push_back(at(row, column));
    sheet.sums.push_back(sum);
  }
  for (std::size_t column = 0; column <= columns; ++column) {
    Sum sum{at(rows, column), {}};
    for (std::size_t row = 0; row < rows; ++row) sum.parts.push_back(at(row, column));
    sheet.sums.push_back(sum);
  }
  return sheet;
}

/// A reader who takes every line and subtracts, again and again; gives how many hidden cells are
/// known in the end.
std::size_t subtracted(const Sheet& sheet) {
  std::vector<bool> known;
  for (const Cell& cell : sheet.cells) known.push_back(!cell.hidden);
  std::size_t found = 0;
  for (bool any = true; any;) {
    any = false;
    for (const Sum& sum : sheet.sums) {
      std::vector<std::size_t> line = sum.parts;
      line.push_back(sum.total);
      std::vector<std::size_t> unknown;
      for (const std::size_t cell : line) {
        if (!known[cell]) unknown.push_back(cell);
      }
      if (unknown.size() != 1) continue;
      known[unknown.front()] = any = true;
      ++found;
    }
  }
  return found;
}

/// Rank of the sums over the hidden cells but one, by elimination with fractions as doubles.
std::size_t rank(const Sheet& sheet, std::size_t without) {
  std::vector<std::vector<double>> rows;
  for (const Sum& sum : sheet.sums) {
    std::vector<double> row(sheet.cells.size());
    for (const std::size_t part : sum.parts) row[part] += 1;
    row[sum.total] -= 1;
    for (std::size_t cell = 0; cell < row.size(); ++cell) {
      if (!sheet.cells[cell].hidden || cell == without) row[cell] = 0;
    }
    rows.push_back(std::move(row));
  }
  std::size_t found = 0;
  for (std::size_t column = 0; column < sheet.cells.size() && found < rows.size(); ++column) {
    std::size_t best = found;
    for (std::size_t row = found; row < rows.size(); ++row) {
      if (std::abs(rows[row][column]) > std::abs(rows[best][column])) best = row;
    }
    if (std::abs(rows[best][column]) < 1e-9) continue;
    std::swap(rows[found], rows[best]);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (row == found) continue;
      const double factor = rows[row][column] / rows[found][column];
      for (std::size_t at = 0; at < rows[row].size(); ++at)
        rows[row][at] -= factor * rows[found][at];
    }
    ++found;
  }
  return found;
}

/// A cell follows from the sums just when taking it away costs a rank.
bool follows(const Sheet& sheet, std::size_t cell) {
  return rank(sheet, cell) < rank(sheet, sheet.cells.size());
}

void must_be_safe(const Sheet& sheet, std::int64_t smallest, const std::string& where) {
  for (const Cell& cell : sheet.cells)
    CHECK_TEXT(cell.hidden || cell.count >= smallest, where.c_str());
  LONGS_EQUAL_TEXT(0, subtracted(sheet), where.c_str());
  for (const Sum& sum : sheet.sums) {
    std::int64_t together = 0;
    bool any = false;
    for (const std::size_t part : sum.parts) {
      any = any || sheet.cells[part].hidden;
      together += sheet.cells[part].hidden ? sheet.cells[part].count : 0;
    }
    CHECK_TEXT(sheet.cells[sum.total].hidden || !any || together >= smallest, where.c_str());
  }
}

std::size_t hidden(const Sheet& sheet) {
  std::size_t count = 0;
  for (const Cell& cell : sheet.cells) count += cell.hidden ? 1 : 0;
  return count;
}

}  // namespace

TEST_GROUP(Suppression){};

TEST(Suppression, nothing_small_nothing_hidden) {
  Sheet sheet = table(2, 2, {10, 20, 30, 40});
  CHECK(suppress(sheet, 10).ok());
  LONGS_EQUAL(0, hidden(sheet));
}

TEST(Suppression, one_small_count_takes_another_along_in_its_row_and_column) {
  Sheet sheet = table(3, 3, {3, 40, 50, 60, 70, 80, 90, 95, 99});
  CHECK(suppress(sheet, 10).ok());
  LONGS_EQUAL(4, hidden(sheet));
  CHECK(sheet.cells[0].hidden);
  must_be_safe(sheet, 10, "3x3");
}

TEST(Suppression, two_small_counts_that_are_small_together_take_a_third) {
  Sheet sheet;
  for (const std::int64_t count : {65, 2, 3, 20, 40}) sheet.cells.push_back({count});
  sheet.sums.push_back({0, {1, 2, 3, 4}});
  CHECK(suppress(sheet, 10).ok());
  CHECK(sheet.cells[3].hidden);
  CHECK_FALSE(sheet.cells[4].hidden);
}

TEST(Suppression, everything_hidden_where_nobody_came) {
  Sheet sheet = table(2, 2, {0, 0, 0, 0});
  CHECK(suppress(sheet, 10).ok());
  LONGS_EQUAL(9, hidden(sheet));
}

TEST(Suppression, total_that_two_breakdowns_share) {
  // 12 = 12 + 0 by one, 7 + 5 by the other: the total is all that can be seen.
  Sheet sheet;
  for (const std::int64_t count : {12, 12, 0, 7, 5}) sheet.cells.push_back({count});
  sheet.sums = {{0, {1, 2}}, {0, {3, 4}}};
  CHECK(suppress(sheet, 10).ok());
  CHECK_FALSE(sheet.cells[0].hidden);
  LONGS_EQUAL(4, hidden(sheet));
}

// No line has fewer than two hidden cells, and yet one of them follows: the bridge between two
// squares of hidden cells.
TEST(Suppression, bridge_between_two_squares_is_found) {
  Sheet sheet = table(4, 4, std::vector<std::int64_t>(16, 50));
  for (const std::size_t cell : {0u, 1u, 5u, 6u, 12u, 13u, 17u, 18u})
    sheet.cells[cell].hidden = true;
  CHECK(computable(sheet).empty());
  sheet.cells[7].hidden = true;  // row 1, column 2: joins the squares
  const auto found = computable(sheet);
  LONGS_EQUAL(1, found.size());
  LONGS_EQUAL(7, found.front());
  LONGS_EQUAL(1, subtracted(sheet) + (follows(sheet, 7) ? 1 : 0));
  CHECK(suppress(sheet, 10).ok());
  CHECK(computable(sheet).empty());
}

TEST(Suppression, any_table_is_safe_afterwards) {
  std::mt19937 dice(20261122);
  for (int round = 0; round < 400; ++round) {
    const std::size_t rows = 2 + dice() % 4;
    const std::size_t columns = 2 + dice() % 4;
    const std::int64_t smallest = 3 + static_cast<std::int64_t>(dice() % 10);
    std::vector<std::int64_t> inner(rows * columns);
    for (std::int64_t& count : inner) {
      const std::uint32_t kind = dice() % 4;
      count = kind == 0 ? 0 : static_cast<std::int64_t>(dice() % (kind == 1 ? 9 : 120));
    }
    Sheet sheet = table(rows, columns, inner);
    const std::string where = "round " + std::to_string(round);
    CHECK_TEXT(suppress(sheet, smallest).ok(), where.c_str());
    must_be_safe(sheet, smallest, where);
    for (std::size_t cell = 0; cell < sheet.cells.size(); ++cell) {
      if (sheet.cells[cell].hidden) CHECK_FALSE_TEXT(follows(sheet, cell), where.c_str());
    }
  }
}

TEST(Suppression, a_year_after_its_months) {
  std::mt19937 dice(5);
  for (int round = 0; round < 100; ++round) {
    const std::string where = "round " + std::to_string(round);
    // The year's table, then twelve of its months, as open_data.cpp puts them together.
    std::vector<Sheet> months;
    for (int month = 0; month < 12; ++month) {
      std::vector<std::int64_t> inner(6);
      for (std::int64_t& count : inner) count = static_cast<std::int64_t>(dice() % 40);
      months.push_back(table(2, 3, inner));
      CHECK(suppress(months.back(), 10).ok());
    }
    Sheet year = table(2, 3, std::vector<std::int64_t>(6, 0));
    const std::size_t size = year.cells.size();
    for (std::size_t cell = 0; cell < size; ++cell) year.sums.push_back({cell, {}});
    const std::size_t first_over_months = year.sums.size() - size;
    for (const Sheet& month : months) {
      const std::size_t offset = year.cells.size();
      for (Sum sum : month.sums) {
        sum.total += offset;
        for (std::size_t& part : sum.parts) part += offset;
        year.sums.push_back(sum);
      }
      for (std::size_t cell = 0; cell < size; ++cell) {
        year.cells[cell].count += month.cells[cell].count;
        year.sums[first_over_months + cell].parts.push_back(offset + cell);
        year.cells.push_back({month.cells[cell].count, month.cells[cell].hidden, true});
      }
    }
    CHECK_TEXT(suppress(year, 10).ok(), where.c_str());
    LONGS_EQUAL_TEXT(0, subtracted(year), where.c_str());
    CHECK_TEXT(computable(year).empty(), where.c_str());
  }
}
