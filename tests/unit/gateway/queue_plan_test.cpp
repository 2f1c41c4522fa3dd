#include "tools/gateway/queue/queue_plan.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(QueuePlan) {
  OwnFolder directory;
  const std::string topic =
      "[[topic]]\ntopic = \"help\"\nletter = \"A\"\nhours = \"09:00-17:00\"\n";

  void refused(const std::string& content, const char* what) {
    const auto plan = QueuePlan::load(directory.put("queue.toml", content));
    CHECK_TEXT(!plan.ok(), content.c_str());
    STRCMP_CONTAINS("queue.toml:", plan.error().where.c_str());
    STRCMP_CONTAINS(what, plan.error().what.c_str());
  }
};

TEST(QueuePlan, the_example) {
  const QueuePlan plan = QueueRig::example();
  LONGS_EQUAL(3, plan.topics.size());
  LONGS_EQUAL(3, plan.desks.size());
  CHECK(plan.find_desk("1")->for_volunteers());
  CHECK(!plan.find_desk("3")->for_volunteers());
  CHECK(plan.open_at(queue::Topic::help, nine_o_clock));
  CHECK(!plan.open_at(queue::Topic::help, nine_o_clock - 1));
  CHECK(!plan.open_at(queue::Topic::help, nine_o_clock + 24 * 3600));  // the 23rd is a holiday
}

TEST(QueuePlan, slots_by_the_calendar) {
  const QueuePlan plan = QueueRig::example();
  const auto today = plan.slots(nine_o_clock, nine_o_clock + 12 * 3600);
  LONGS_EQUAL(7, today.size());  // Sunday: help only
  STRCMP_EQUAL("help-20261122-1000", today.front().id.c_str());
  LONGS_EQUAL(nine_o_clock + 3600, today.front().starts_at);
  LONGS_EQUAL(0, plan.slots(nine_o_clock + 15 * 3600, nine_o_clock + 38 * 3600).size());  // holiday
  // Tuesday: 7 for help, 5 for welfare, 5 calls by video to a lawyer and 5 about anything.
  LONGS_EQUAL(22, plan.slots(nine_o_clock + 39 * 3600, nine_o_clock + 60 * 3600).size());
}

TEST(QueuePlan, files_that_are_none) {
  refused("[[topic]\n", "");
  refused("foo = 1\n", "'foo'");
  refused("[[topic]]\ntopic = \"mayor\"\nletter = \"A\"\nhours = \"09:00-17:00\"\n", "topic");
  refused("[[topic]]\ntopic = \"help\"\nletter = \"K\"\nhours = \"09:00-17:00\"\n", "letter");
  refused("[[topic]]\ntopic = \"help\"\nletter = \"A\"\nhours = \"9-17\"\n", "time of day");
  refused("[[topic]]\ntopic = \"help\"\nletter = \"A\"\nhours = \"17:00-09:00\"\n", "hours");
  refused(topic + topic, "twice");
  refused("[[desk]]\ndesk = \"1\"\ntopics = [\"help\"]\n", "no [[topic]]");
  refused(topic + "[[desk]]\ndesk = \"1\"\n", "topics");
  refused(topic + "[[slot]]\ntopic = \"help\"\ntimes = [\"10:00\"]\nminutes = 30\n", "places");
  refused(topic + "[[slot]]\ntopic = \"help\"\ntimes = [\"25:00\"]\nminutes = 30\nplaces = 1\n",
          "time of day");
  refused(topic +
              "[[course]]\ncourse = \"fraud\"\ndate = \"2026-02-29\"\ntime = \"10:00\"\nminutes "
              "= 30\nplaces = 1\n",
          "date");
  refused("[lamp]\nsome_from = 12\ncrowded_from = 5\n", "some_from");
  refused("[rules]\nbookings_in_a_row = 0\n", "bookings_in_a_row");
  refused("closed_days = [\"13-01\"]\n", "a day");
}
