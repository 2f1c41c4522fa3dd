#pragma once
// The figures of the procedure guide (guide_api.h), in the table `guide_figures`. Sums of the whole
// city by month: they are kept for good. Loop thread only. Errors: as database.h says.

#include <string>
#include <vector>

#include "tools/gateway/database/database.h"
#include "tools/gateway/numbers/guide_api.h"

namespace madoguchi::gateway {

/// What of it is impossible; empty: nothing. `this_month`: "2026-11".
std::string problem_of(const GuideFigure& figure, std::string_view this_month);

class GuideFigures {
 public:
  static Result<GuideFigures> open(Database database);

  /// By month, then as LifeEvent has them.
  Result<std::vector<GuideFigure>> list();
  /// All of them, which have no problem, or none; gives how many took another one's place.
  Result<int> keep(const std::vector<GuideFigure>& figures);

 private:
  explicit GuideFigures(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace madoguchi::gateway
