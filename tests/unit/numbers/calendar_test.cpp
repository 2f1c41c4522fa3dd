#include "tools/gateway/numbers/calendar.h"

#include <CppUTest/TestHarness.h>

#include "tools/gateway/local_time.h"

using namespace madoguchi;
using namespace madoguchi::gateway::numbers;

TEST_GROUP(Calendar){void setup() override{CHECK(gateway::set_time_zone("Asia/Tokyo").ok());
}
}
;

TEST(Calendar, dates) {
  for (const char* good : {"2026-11-22", "2028-02-29", "1970-01-01"}) CHECK_TRUE(is_date(good));
  for (const char* bad : {"", "2026-11-31", "2027-02-29", "2026-1-1", "2026-13-01", "20261122",
                          "2026-11-2x", "2026-11-22 ", "-026-01-01", "0000-00-00"})
    CHECK_FALSE_TEXT(is_date(bad), bad);
}

TEST(Calendar, the_citys_days) {
  const gateway::UnixTime begin = midnight("2026-11-22");
  LONGS_EQUAL(1'795'273'200, begin);  // 2026-11-21T15:00Z
  STRCMP_EQUAL("2026-11-22", date_of(begin).c_str());
  STRCMP_EQUAL("2026-11-21", date_of(begin - 1).c_str());
  LONGS_EQUAL(23, hour_of(begin - 1));
  STRCMP_EQUAL("2026-12-01", days_after("2026-11-30", 1).c_str());
  LONGS_EQUAL(365, length({"2026-04-01", "2027-03-31"}));
  STRCMP_EQUAL("2027-01", month_after("2026-12").c_str());
}

TEST(Calendar, periods) {
  CHECK(days_of("2028-02") == (Days{"2028-02-01", "2028-02-29"}));
  CHECK(days_of("fy2026") == (Days{"2026-04-01", "2027-03-31"}));
  for (const char* none : {"", "2026", "fy", "fy20x6", "2026-13", "../2026", "2026-10-01"})
    CHECK_FALSE_TEXT(days_of(none).has_value(), none);
  STRCMP_EQUAL("fy2026", fiscal_year_of("2027-03").c_str());
  STRCMP_EQUAL("fy2027", fiscal_year_of("2027-04").c_str());
  LONGS_EQUAL(12, months_of_year("fy2026").size());
}
