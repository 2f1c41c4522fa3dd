#include "tools/gateway/numbers/statistics.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/numbers/made_up_city.h"
#include "tools/gateway/local_time.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace madoguchi::gateway::numbers;

namespace {

HelpLine session(const std::string& day, std::int64_t satisfaction, std::int64_t minutes = 10) {
  HelpLine line;
  line.kiosk = "kiosk-001";
  line.topic = desk::HelpTopic::cashless;
  line.language = "ja";
  line.outcome = desk::HelpOutcome::solved;
  line.hour = midnight(day) + 10 * 3600;
  line.satisfaction = satisfaction;
  line.count = 1;
  line.minutes = minutes;
  return line;
}

FlowLine use(FlowOutcome outcome, const std::string& ended_at, std::int64_t count) {
  FlowLine line;
  line.kiosk = "kiosk-001";
  line.hour = midnight("2026-11-20") + 9 * 3600;
  line.outcome = outcome;
  line.ended_at = ended_at;
  line.language = "ja";
  line.count = count;
  return line;
}

StepTimes times(const std::map<std::int32_t, std::int64_t>& seconds, std::int64_t position) {
  StepTimes out;
  out.seconds = seconds;
  for (const auto& [value, count] : seconds) out.count += count;
  out.positions = out.count * position;
  return out;
}

std::int64_t count_of(const std::vector<StatsItem>& items, const std::string& name) {
  for (const StatsItem& item : items) {
    if (item.name == name) return item.count;
  }
  return -1;
}

}  // namespace

TEST_GROUP(Statistics){void setup() override{CHECK(set_time_zone("Asia/Tokyo").ok());
}
}
;

TEST(Statistics, percentiles_by_nearest_rank) {
  const StepTimes ten = times({{5, 5}, {10, 3}, {60, 1}, {600, 1}}, 0);
  LONGS_EQUAL(5, percentile(ten, 50));
  LONGS_EQUAL(60, percentile(ten, 90));
  LONGS_EQUAL(600, percentile(ten, 100));
  LONGS_EQUAL(5, percentile(times({{5, 1}}, 0), 90));
  LONGS_EQUAL(0, percentile({}, 50));
}

TEST(Statistics, satisfaction) {
  Satisfaction answers;
  for (const std::int64_t mark : {5, 5, 4, 2, 0, 6}) answers.add(mark, 1);
  LONGS_EQUAL(4, answers.answers);
  LONGS_EQUAL(400, answers.mean_hundredths());
  LONGS_EQUAL(75, answers.high_percent());
  LONGS_EQUAL(0, Satisfaction().high_percent());
}

TEST(Statistics, offers_that_were_not_taken_up_are_no_sessions) {
  Tally tally;
  tally.help = {session("2026-11-20", 5), session("2026-11-20", 0), session("2026-11-20", 0),
                session("2026-11-20", 0, 0)};
  tally.help[1].outcome = desk::HelpOutcome::declined;
  tally.help[2].outcome = desk::HelpOutcome::left;
  tally.help[3].outcome = desk::HelpOutcome::left;
  const Stats stats = stats_of(tally, {"2026-11-20", "2026-11-20"}, "2026-11-22");
  LONGS_EQUAL(2, stats.sessions);
  LONGS_EQUAL(2, stats.declined);
  LONGS_EQUAL(20, stats.minutes);
}

TEST(Statistics, classes_and_who_came) {
  Tally tally;
  tally.classes = {{"2026-10-05", "fraud", 12},
                   {"2026-10-05", "smartphone", 8},
                   {"2026-11-03", "fraud", 5},
                   {"2025-01-01", "fraud", 100}};
  const Stats stats = stats_of(tally, {"2026-09-01", "2026-11-22"}, "2026-11-22");
  LONGS_EQUAL(3, stats.points.size());
  LONGS_EQUAL(0, stats.points[0].classes);
  LONGS_EQUAL(2, stats.points[1].classes);
  LONGS_EQUAL(20, stats.points[1].class_people);
  LONGS_EQUAL(5, stats.points[2].class_people);
  LONGS_EQUAL(0, for_volunteers(stats, 10).points[1].class_people);
}

TEST(Statistics, where_people_give_up) {
  Tally tally;
  tally.flows = {use(FlowOutcome::finished, "", 5), use(FlowOutcome::cancelled, "pin", 3),
                 use(FlowOutcome::left, "pin", 1), use(FlowOutcome::refused, "identifying", 1)};
  tally.steps[Flow::certificate] = {{"kind", times({{15, 5}}, 3)},
                                    {"identifying", times({{5, 6}}, 2)},
                                    {"place_card", times({{5, 10}}, 0)},
                                    {"pin", times({{10, 8}, {40, 2}}, 1)}};
  const Stats stats = stats_of(tally, {"2026-11-01", "2026-11-22"}, "2026-11-22");
  LONGS_EQUAL(10, stats.uses);
  LONGS_EQUAL(1, stats.flows.size());
  const StatsFlow& flow = stats.flows.front();
  LONGS_EQUAL(5, count_of(flow.outcomes, "finished"));
  const char* order[] = {"place_card", "pin", "identifying", "kind"};
  for (std::size_t at = 0; at < 4; ++at) STRCMP_EQUAL(order[at], flow.steps[at].step.c_str());
  LONGS_EQUAL(4, flow.steps[1].ended);
  LONGS_EQUAL(10, flow.steps[1].reached);
  LONGS_EQUAL(10, flow.steps[1].median_s);
  LONGS_EQUAL(40, flow.steps[1].p90_s);
  LONGS_EQUAL(10, count_of(stats.flow_hours, "9"));
}

TEST(Statistics, points_are_days_then_months_and_none_is_left_out) {
  Tally tally;
  tally.help = {session("2026-11-20", 5), session("2026-09-02", 3)};
  const Stats days = stats_of(tally, {"2026-11-01", "2026-11-22"}, "2026-11-22");
  CHECK(days.by_day);
  LONGS_EQUAL(22, days.points.size());
  LONGS_EQUAL(1, days.points[19].sessions);
  CHECK(days.points[20].whole);
  CHECK_FALSE(days.points[21].whole);  // today is not over
  const Stats months = stats_of(tally, {"2026-06-15", "2026-11-22"}, "2026-11-22");
  CHECK_FALSE(months.by_day);
  LONGS_EQUAL(6, months.points.size());
  CHECK_FALSE(months.points[0].whole);
  CHECK(months.points[1].whole);
  LONGS_EQUAL(1, months.points[3].sessions);
  LONGS_EQUAL(0, months.points[4].satisfaction.answers);
  CHECK_FALSE(months.points[4].satisfaction.high_percent.has_value());
}

TEST(Statistics, consultations_that_nobody_answered_are_no_talks) {
  ConsultLine talk;
  talk.kiosk = "kiosk-001";
  talk.topic = consult::Topic::welfare;
  talk.language = "vi";
  talk.outcome = consult::Outcome::solved;
  talk.hour = midnight("2026-11-20") + 10 * 3600;
  talk.lowest = consult::Rung::p240;
  talk.satisfaction = 5;
  talk.waited_s = 120;
  talk.count = 1;
  talk.minutes = 12;
  ConsultLine left = talk;
  left.outcome = consult::Outcome::left;
  left.minutes = left.satisfaction = 0;
  ConsultLine missed = left;
  missed.outcome = consult::Outcome::no_show;
  missed.kiosk.clear();
  Tally tally;
  tally.consults = {talk, talk, left, missed};
  tally.consults[1].waited_s = 10;
  tally.deeds = {{"explained", 2}};
  const Stats stats = stats_of(tally, {"2026-11-20", "2026-11-20"}, "2026-11-22");
  LONGS_EQUAL(2, stats.talks);
  LONGS_EQUAL(24, stats.talk_minutes);
  LONGS_EQUAL(1, stats.unanswered);
  LONGS_EQUAL(1, stats.no_shows);
  LONGS_EQUAL(2, stats.consult_topics.front().talks);
  LONGS_EQUAL(10, stats.consult_topics.front().wait_median_s);
  LONGS_EQUAL(120, stats.consult_topics.front().wait_p90_s);
  LONGS_EQUAL(2, count_of(stats.consult_outcomes, "solved"));
  LONGS_EQUAL(1, count_of(stats.consult_outcomes, "no_show"));
  LONGS_EQUAL(2, count_of(stats.consult_rungs, "p240"));
  LONGS_EQUAL(2, count_of(stats.consult_deeds, "explained"));
  LONGS_EQUAL(1, stats.consult_places.size());
  LONGS_EQUAL(2, stats.points.front().talks);
  LONGS_EQUAL(2, stats.satisfaction.answers);
  LONGS_EQUAL(100, *stats.satisfaction_consult.high_percent);
  const Stats seen = for_volunteers(stats, 10);
  CHECK(seen.talks == 0 && seen.consult_topics.empty() && seen.consult_deeds.empty() &&
        seen.consult_places.empty() && seen.satisfaction_consult.answers == 0);
}

TEST(Statistics, volunteers_see_the_totals_of_help_only) {
  Tally tally = made_up_tally("2026-10-01", 31, 300, 5);
  const Stats all = stats_of(tally, {"2026-10-01", "2026-10-31"}, "2026-11-22");
  const Stats seen = for_volunteers(all, 10);
  LONGS_EQUAL(all.sessions, seen.sessions);
  CHECK_FALSE(seen.all);
  CHECK(seen.topics.empty() && seen.help_places.empty() && seen.flows.empty() &&
        seen.flow_hours.empty() && seen.periods.empty() && seen.help_outcomes.empty());
  LONGS_EQUAL(0, seen.uses);
  LONGS_EQUAL(0, seen.satisfaction_kiosk.answers);
  for (const StatsPoint& point : seen.points)
    LONGS_EQUAL(0, point.satisfaction.answers + point.uses);
  CHECK(seen.satisfaction_help.answers >= 10);
  // One answer is about one helper.
  Tally one;
  one.help = {session("2026-10-05", 1)};
  const Stats few = stats_of(one, {"2026-10-01", "2026-10-31"}, "2026-11-22");
  LONGS_EQUAL(1, few.satisfaction_help.answers);
  const Stats veiled = for_volunteers(few, 10);
  LONGS_EQUAL(0, veiled.satisfaction_help.answers);
  CHECK_FALSE(veiled.satisfaction_help.mean_hundredths.has_value());
}
