#include "tools/gateway/document/written_date.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::gateway;

TEST_GROUP(WrittenDate){};

TEST(WrittenDate, writes_the_era) {
  STRCMP_EQUAL("令和8年11月22日", japanese_date(Date(2026, 11, 22)).c_str());
  STRCMP_EQUAL("昭和53年4月12日", japanese_date(Date(1978, 4, 12)).c_str());
  STRCMP_EQUAL("大正10年1月1日", japanese_date(Date(1921, 1, 1)).c_str());
}

TEST(WrittenDate, eras_change_on_their_day) {
  STRCMP_EQUAL("平成31年4月30日", japanese_date(Date(2019, 4, 30)).c_str());
  STRCMP_EQUAL("令和元年5月1日", japanese_date(Date(2019, 5, 1)).c_str());
  STRCMP_EQUAL("昭和64年1月7日", japanese_date(Date(1989, 1, 7)).c_str());
  STRCMP_EQUAL("平成元年1月8日", japanese_date(Date(1989, 1, 8)).c_str());
  STRCMP_EQUAL("大正15年12月24日", japanese_date(Date(1926, 12, 24)).c_str());
  STRCMP_EQUAL("昭和元年12月25日", japanese_date(Date(1926, 12, 25)).c_str());
}

TEST(WrittenDate, writes_whole_years_and_western_dates) {
  STRCMP_EQUAL("令和8年", japanese_year(2026).c_str());
  STRCMP_EQUAL("令和元年", japanese_year(2019).c_str());
  STRCMP_EQUAL("1989年3月8日", western_date(Date(1989, 3, 8)).c_str());
}
