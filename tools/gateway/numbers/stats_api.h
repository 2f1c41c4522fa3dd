#pragma once
// What the console asks about numbers:
//
//   GET /console/api/stats?from=2026-04-01&to=2026-11-22   -> 200 Stats
//   GET /console/api/open_data/{period}                    -> 200 the edition's CSV     staff
//
// Both days count; without them the last twelve months. A volunteer gets the totals of help and no
// more; how content residents were only from `smallest_count` answers on, since one answer is about
// one helper. Staff see every count, also small ones: they are for the city, not for publication.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::gateway {

struct StatsItem {
  std::string name;
  std::int64_t count = 0;
};
MADOGUCHI_DESCRIBE(StatsItem, name, count)

struct StatsTopic {
  std::string name;
  std::int64_t sessions = 0;
  std::int64_t minutes = 0;  ///< of all together
};
MADOGUCHI_DESCRIBE(StatsTopic, name, sessions, minutes)

/// Consultations by video about it that somebody answered.
struct StatsConsult {
  std::string name;
  std::int64_t talks = 0;
  std::int64_t minutes = 0;  ///< of all together
  std::int64_t wait_median_s = 0;
  std::int64_t wait_p90_s = 0;
};
MADOGUCHI_DESCRIBE(StatsConsult, name, talks, minutes, wait_median_s, wait_p90_s)

/// Without an answer there is no mean and no share; a volunteer may get neither.
struct StatsSatisfaction {
  std::int64_t answers = 0;
  std::optional<std::int64_t> mean_hundredths;  ///< of 1 to 5
  std::optional<std::int64_t> high_percent;     ///< who say 4 or 5
};
MADOGUCHI_DESCRIBE(StatsSatisfaction, answers, mean_hundredths, high_percent)

/// One screen of a flow, in the order in which residents come to them.
struct StatsStep {
  std::string step;
  std::int64_t reached = 0;
  std::int64_t ended = 0;  ///< gave up or were stopped here
  std::int64_t median_s = 0;
  std::int64_t p90_s = 0;
};
MADOGUCHI_DESCRIBE(StatsStep, step, reached, ended, median_s, p90_s)

struct StatsFlow {
  std::string flow;
  std::int64_t uses = 0;
  std::vector<StatsItem> outcomes;
  std::vector<StatsStep> steps;
};
MADOGUCHI_DESCRIBE(StatsFlow, flow, uses, outcomes, steps)

/// A day "2026-11-22" or a month "2026-11".
struct StatsPoint {
  std::string at;
  bool whole = true;  ///< all of it lies within the days that were asked for and is over
  std::int64_t sessions = 0;
  std::int64_t minutes = 0;
  std::int64_t uses = 0;
  std::int64_t finished = 0;
  std::int64_t classes = 0;  ///< to which anybody came
  std::int64_t class_people = 0;
  std::int64_t talks = 0;  ///< consultations by video that somebody answered
  StatsSatisfaction satisfaction;
};
MADOGUCHI_DESCRIBE(StatsPoint, at, whole, sessions, minutes, uses, finished, classes, class_people,
                   talks, satisfaction)

struct Stats {
  std::string from;
  std::string to;
  std::optional<std::string> first_day;             ///< of which anything is known
  bool all = false;                                 ///< what only staff see is there
  bool by_day = false;                              ///< the points are days
  std::int64_t smallest_count = 10;                 ///< of the open data
  std::optional<std::int64_t> satisfaction_target;  ///< percent
  std::vector<StatsPoint> points;                   ///< none left out

  std::int64_t sessions = 0;
  std::int64_t minutes = 0;
  std::int64_t declined = 0;  ///< offers that were not taken up
  StatsSatisfaction satisfaction;
  StatsSatisfaction satisfaction_help;
  StatsSatisfaction satisfaction_kiosk;

  // Staff only.
  std::vector<StatsTopic> topics;
  std::vector<StatsItem> help_outcomes;
  std::vector<StatsItem> help_languages;
  std::vector<StatsItem> help_hours;  ///< "9": from nine to ten
  std::vector<StatsItem> help_places;
  std::int64_t uses = 0;
  std::vector<StatsFlow> flows;
  std::vector<StatsItem> flow_languages;
  std::vector<StatsItem> flow_text_sizes;
  std::vector<StatsItem> flow_hours;
  std::vector<StatsItem> flow_places;
  std::int64_t talks = 0;  ///< consultations by video that somebody answered
  std::int64_t talk_minutes = 0;
  std::int64_t unanswered = 0;  ///< the resident left before, or the connection did
  std::int64_t no_shows = 0;    ///< booked, and nobody came
  StatsSatisfaction satisfaction_consult;
  std::vector<StatsConsult> consult_topics;  ///< the first one, "total", is all
  std::vector<StatsItem> consult_outcomes;
  std::vector<StatsItem> consult_rungs;  ///< the lowest that was needed
  std::vector<StatsItem> consult_deeds;  ///< what desks said was done
  std::vector<StatsItem> consult_languages;
  std::vector<StatsItem> consult_hours;
  std::vector<StatsItem> consult_places;
  std::vector<std::string> periods;  ///< of the open data that are out, newest first
};
MADOGUCHI_DESCRIBE(Stats, from, to, first_day, all, by_day, smallest_count, satisfaction_target,
                   points, sessions, minutes, declined, satisfaction, satisfaction_help,
                   satisfaction_kiosk, topics, help_outcomes, help_languages, help_hours,
                   help_places, uses, flows, flow_languages, flow_text_sizes, flow_hours,
                   flow_places, talks, talk_minutes, unanswered, no_shows, satisfaction_consult,
                   consult_topics, consult_outcomes, consult_rungs, consult_deeds,
                   consult_languages, consult_hours, consult_places, periods)

}  // namespace madoguchi::gateway
