#include "firmware/queue/ticket_record.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::queue;

TEST_GROUP(TicketRecord){};

TEST(TicketRecord, what_the_city_is_still_to_be_told) {
  TicketRecord record;
  CHECK(duty_of(record) == Duty::withdraw);
  record.number = "K3-004";
  record.booking = "12345674";
  CHECK(duty_of(record) == Duty::report);
  const TicketReport report = report_of(record);
  STRCMP_EQUAL("K3-004", report.number.c_str());
  STRCMP_EQUAL("12345674", report.booking.value_or("").c_str());
}

TEST(TicketRecord, a_whole_series_has_no_number_twice) {
  int count = 0;
  for (int i = 1; i <= 999; ++i) {
    count = count_after(count);
    LONGS_EQUAL(i, count);
    LONGS_EQUAL(i, *count_in("K3", offline_number("K3", count)));
  }
  LONGS_EQUAL(1, count_after(count));
  STRCMP_EQUAL("K3-001", offline_number("K3", 1).c_str());
}

TEST(TicketRecord, numbers_of_other_series_do_not_count) {
  for (const char* number :
       {"", "K3", "K3-", "K31-001", "K2-001", "K3-0a1", "K3-000", "K3-1", "A-001", "K3-0001"})
    CHECK_TEXT(!count_in("K3", number), number);
  CHECK(!count_in("", "-001"));
}

TEST(TicketRecord, tickets_by_the_clock_while_offline) {
  TopicNow topic;
  topic.weekdays = 0b0111110;  // Monday to Friday
  topic.from_minute = 540;
  topic.to_minute = 1035;
  CHECK(given_offline(topic, 1, 540));
  CHECK(given_offline(topic, 5, 1034));
  CHECK(!given_offline(topic, 5, 1035));
  CHECK(!given_offline(topic, 1, 539));
  CHECK(!given_offline(topic, 0, 600));
  CHECK(!given_offline(topic, 6, 600));
  CHECK(!given_offline(topic, 7, 600));
  CHECK(!given_offline(topic, -1, 600));
}
