#pragma once
// A file of the procedure guide's figures, as a spreadsheet writes it: CSV (RFC 4180) in UTF-8,
// with or without a byte order mark. The first line names the columns, in any order and in either
// language; other columns are refused, since they may hold what nobody meant to hand over.
//
//   month,event,users,procedures          年月,手続き,利用人数,手続き総件数
//   2026-10,moving_in,81,1596             2026年10月,転入,81,"1,596"
//
// A month is 2026-10, 2026/10 or 2026年10月. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "tools/gateway/numbers/guide_api.h"

namespace madoguchi::gateway {

struct GuideFile {
  std::vector<GuideFigure> figures;
  std::vector<std::string> mistakes;  ///< "12: what is wrong", by line; with any of them no figures
};

/// `this_month`: "2026-11"; see problem_of().
GuideFile read_guide_csv(std::string_view text, std::string_view this_month);

}  // namespace madoguchi::gateway
