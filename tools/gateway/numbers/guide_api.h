#pragma once
// The figures of the city's procedure guide on the web (くらしの手続きガイド): how many used it, of
// how many procedures in all. The guide and the counters count them, not this gateway, so staff
// enter them month by month:
//
//   GET  /console/api/guide                  -> 200 GuideView     staff
//   POST /console/api/guide   GuideFigure    -> 200 GuideKept     staff
//
// A second figure of the same month and event takes the first one's place.

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::gateway {

/// As the strategy's own table has them: 転入, 転出, 結婚, 出生, 離婚, おくやみ.
enum class LifeEvent { moving_in, moving_out, marriage, birth, divorce, death };
MADOGUCHI_ENUM(LifeEvent, moving_in, moving_out, marriage, birth, divorce, death)

struct GuideFigure {
  std::string month;  ///< "2026-10", none to come
  LifeEvent event = LifeEvent::moving_in;
  std::int64_t users = 0;       ///< 利用人数
  std::int64_t procedures = 0;  ///< 手続き総件数, with the guide or without it; not less than users
  bool operator==(const GuideFigure&) const = default;
};
MADOGUCHI_DESCRIBE(GuideFigure, month, event, users, procedures)

struct GuideView {
  std::string this_month;            ///< of the city's calendar
  std::vector<GuideFigure> figures;  ///< by month, then as LifeEvent has them
};
MADOGUCHI_DESCRIBE(GuideView, this_month, figures)

struct GuideKept {
  bool replaced = false;  ///< there was a figure of this month and event
};
MADOGUCHI_DESCRIBE(GuideKept, replaced)

}  // namespace madoguchi::gateway
