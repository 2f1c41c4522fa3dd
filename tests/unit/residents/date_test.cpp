#include "tools/gateway/residents/date.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::gateway;

TEST_GROUP(Date){};

TEST(Date, reads_what_it_writes) {
  const auto date = Date::parse("2024-02-29");
  CHECK(date.has_value());
  STRCMP_EQUAL("2024-02-29", date->text().c_str());
}

TEST(Date, refuses_days_that_do_not_exist) {
  for (const auto* text :
       {"2023-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "1849-12-31", "2200-01-01"}) {
    CHECK_FALSE(Date::parse(text).has_value());
  }
}

TEST(Date, refuses_other_spellings) {
  for (const auto* text :
       {"", "2023-4-01", "2023/04/01", "20230401", "2023-04-01 ", "+023-04-01", "２０２３-04"}) {
    CHECK_FALSE(Date::parse(text).has_value());
  }
}

TEST(Date, age_changes_on_the_birthday) {
  const Date birth(2011, 11, 22);
  LONGS_EQUAL(14, birth.age_on(Date(2026, 11, 21)));
  LONGS_EQUAL(15, birth.age_on(Date(2026, 11, 22)));
}

TEST(Date, a_day_in_japan_starts_nine_hours_before_that_of_utc) {
  const auto moment =
      std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(15);
  STRCMP_EQUAL("2026-11-23", Date::in_japan(moment).text().c_str());
  STRCMP_EQUAL("2026-11-22", Date::in_japan(moment - std::chrono::seconds(1)).text().c_str());
}
