#include "firmware/visit/service_hours.h"

#include <CppUTest/TestHarness.h>

using madoguchi::visit::ServiceHours;
using namespace std::chrono_literals;

namespace {

/// 2026-11-20 in Japan, where the clock is nine hours ahead.
std::chrono::system_clock::time_point in_japan(std::chrono::minutes time) {
  return std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + time - 9h;
}

}  // namespace

TEST_GROUP(service_hours){};

TEST(service_hours, opens_and_closes_on_the_minute) {
  const ServiceHours hours = *ServiceHours::parse("06:30-23:00", "Asia/Tokyo");
  CHECK_FALSE(hours.open_at(in_japan(6h + 29min)));
  CHECK_TRUE(hours.open_at(in_japan(6h + 30min)));
  CHECK_TRUE(hours.open_at(in_japan(22h + 59min)));
  CHECK_FALSE(hours.open_at(in_japan(23h)));
}

TEST(service_hours, may_go_over_midnight_or_never_end) {
  const ServiceHours night = *ServiceHours::parse("22:00-02:00", "Asia/Tokyo");
  CHECK_TRUE(night.open_at(in_japan(23h)));
  CHECK_TRUE(night.open_at(in_japan(1h)));
  CHECK_FALSE(night.open_at(in_japan(12h)));
  CHECK_TRUE(ServiceHours::parse("00:00-24:00", "Asia/Tokyo")->open_at(in_japan(0h)));
}

TEST(service_hours, are_written_as_people_write_them) {
  const ServiceHours hours = *ServiceHours::parse("06:05-23:00", "Asia/Tokyo");
  STRCMP_EQUAL("6:05", hours.opens().c_str());
  STRCMP_EQUAL("23:00", hours.closes().c_str());
}

TEST(service_hours, wrong_values_are_said) {
  for (const char* span : {"", "6-23", "06:30", "06:30-25:00", "06:60-23:00", "aa:bb-cc:dd",
                           "06:30-06:30", "-06:30-7:00", "00:00-1136788883:00"}) {
    CHECK_FALSE_TEXT(ServiceHours::parse(span, "Asia/Tokyo").ok(), span);
  }
  for (const char* zone : {"", "Asia/Atlantis", "../../etc/passwd", "/etc/localtime"}) {
    CHECK_FALSE_TEXT(ServiceHours::parse("06:30-23:00", zone).ok(), zone);
  }
}
