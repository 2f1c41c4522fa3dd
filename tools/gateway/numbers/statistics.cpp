#include "tools/gateway/numbers/statistics.h"

#include <algorithm>
#include <map>

#include "tools/gateway/consult/consult_live.h"

namespace madoguchi::gateway::numbers {
namespace {

template <class Enum>
std::string word(Enum value) {
  return std::string(codec::enum_name(value));
}

StatsSatisfaction told(const Satisfaction& answers) {
  StatsSatisfaction out;
  out.answers = answers.answers;
  if (answers.answers == 0) return out;
  out.mean_hundredths = answers.mean_hundredths();
  out.high_percent = answers.high_percent();
  return out;
}

/// Counts by name, in the order of an enum or, without one, the largest first.
class Counts {
 public:
  template <class Enum>
  static Counts of() {
    Counts out;
    for (const auto& [value, name] : enum_names(Enum{})) out.order_.emplace_back(name);
    return out;
  }
  void add(const std::string& name, std::int64_t count) { counts_[name] += count; }
  [[nodiscard]] std::vector<StatsItem> in_their_order() const {
    std::vector<StatsItem> out;
    for (const std::string& name : order_) {
      const auto found = counts_.find(name);
      out.push_back({name, found == counts_.end() ? 0 : found->second});
    }
    return out;
  }
  [[nodiscard]] std::vector<StatsItem> largest_first() const {
    std::vector<StatsItem> out;
    for (const auto& [name, count] : counts_) out.push_back({name, count});
    std::stable_sort(out.begin(), out.end(), [](const StatsItem& left, const StatsItem& right) {
      return left.count > right.count;
    });
    return out;
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::int64_t> counts_;
};

/// Every hour from the first to the last that has any.
std::vector<StatsItem> hours_of(const std::map<int, std::int64_t>& counts) {
  std::vector<StatsItem> out;
  if (counts.empty()) return out;
  for (int hour = counts.begin()->first; hour <= counts.rbegin()->first; ++hour) {
    const auto found = counts.find(hour);
    out.push_back({std::to_string(hour), found == counts.end() ? 0 : found->second});
  }
  return out;
}

void add_help(const Tally& tally, Stats& out) {
  std::map<std::string, StatsTopic> topics;
  Counts outcomes = Counts::of<desk::HelpOutcome>();
  Counts languages;
  Counts places;
  std::map<int, std::int64_t> hours;
  Satisfaction help;
  Satisfaction kiosk;
  Satisfaction consults;
  for (const HelpLine& line : tally.help) {
    outcomes.add(word(line.outcome), line.count);
    if (!line.is_session()) {
      out.declined += line.count;
      continue;
    }
    out.sessions += line.count;
    out.minutes += line.minutes;
    StatsTopic& topic = topics[word(line.topic)];
    topic.sessions += line.count;
    topic.minutes += line.minutes;
    languages.add(line.language, line.count);
    places.add(line.kiosk, line.count);
    hours[hour_of(line.hour)] += line.count;
    help.add(line.satisfaction, line.count);
  }
  for (const RatingLine& line : tally.ratings) kiosk.add(line.satisfaction, line.count);
  out.satisfaction_help = told(help);
  out.satisfaction_kiosk = told(kiosk);
  for (const ConsultLine& line : tally.consults) {
    if (line.is_talk()) consults.add(line.satisfaction, line.count);
  }
  out.satisfaction_consult = told(consults);
  help += kiosk;
  help += consults;
  out.satisfaction = told(help);
  for (const auto& [topic, name] : enum_names(desk::HelpTopic{})) {
    StatsTopic& found = topics[std::string(name)];
    found.name = name;
    out.topics.push_back(found);
  }
  out.help_outcomes = outcomes.in_their_order();
  out.help_languages = languages.largest_first();
  out.help_places = places.largest_first();
  out.help_hours = hours_of(hours);
}

StatsConsult talks_about(const Tally& tally, std::optional<consult::Topic> topic) {
  StatsConsult out;
  out.name = topic ? word(*topic) : "total";
  for (const ConsultLine& line : tally.consults) {
    if (!line.is_talk() || (topic && line.topic != *topic)) continue;
    out.talks += line.count;
    out.minutes += line.minutes;
  }
  const StepTimes waits = waits_of(tally, topic);
  out.wait_median_s = percentile(waits, 50);
  out.wait_p90_s = percentile(waits, 90);
  return out;
}

void add_consults(const Tally& tally, Stats& out) {
  Counts outcomes = Counts::of<consult::Outcome>();
  Counts rungs = Counts::of<consult::Rung>();
  Counts deeds = Counts::of<Deed>();
  Counts languages;
  Counts places;
  std::map<int, std::int64_t> hours;
  for (const ConsultLine& line : tally.consults) {
    outcomes.add(word(line.outcome), line.count);
    if (!line.is_talk()) {
      (line.outcome == consult::Outcome::no_show ? out.no_shows : out.unanswered) += line.count;
      continue;
    }
    rungs.add(word(line.lowest), line.count);
    languages.add(line.language, line.count);
    places.add(line.kiosk, line.count);
    hours[hour_of(line.hour)] += line.count;
  }
  for (const DeedLine& line : tally.deeds) deeds.add(line.deed, line.count);
  out.consult_topics.push_back(talks_about(tally, {}));
  for (const auto& [topic, name] : enum_names(consult::Topic{}))
    out.consult_topics.push_back(talks_about(tally, topic));
  out.talks = out.consult_topics.front().talks;
  out.talk_minutes = out.consult_topics.front().minutes;
  out.consult_outcomes = outcomes.in_their_order();
  out.consult_rungs = rungs.in_their_order();
  out.consult_deeds = deeds.in_their_order();
  out.consult_languages = languages.largest_first();
  out.consult_places = places.largest_first();
  out.consult_hours = hours_of(hours);
}

std::vector<StatsStep> steps_of(const Tally& tally, Flow flow,
                                const std::map<std::string, std::int64_t>& ended) {
  std::vector<StatsStep> out;
  const auto steps = tally.steps.find(flow);
  if (steps == tally.steps.end()) return out;
  for (const auto& [name, times] : in_order(steps->second)) {
    const auto here = ended.find(name);
    out.push_back({name, times.count, here == ended.end() ? 0 : here->second, percentile(times, 50),
                   percentile(times, 90)});
  }
  return out;
}

void add_flows(const Tally& tally, Stats& out) {
  std::map<Flow, Counts> outcomes;
  std::map<Flow, std::map<std::string, std::int64_t>> ended;
  Counts languages;
  Counts sizes = Counts::of<TextSize>();
  Counts places;
  std::map<int, std::int64_t> hours;
  for (const FlowLine& line : tally.flows) {
    out.uses += line.count;
    const auto found = outcomes.try_emplace(line.flow, Counts::of<FlowOutcome>()).first;
    found->second.add(word(line.outcome), line.count);
    if (line.outcome != FlowOutcome::finished) ended[line.flow][line.ended_at] += line.count;
    languages.add(line.language, line.count);
    sizes.add(word(line.text_size), line.count);
    places.add(line.kiosk, line.count);
    hours[hour_of(line.hour)] += line.count;
  }
  for (const auto& [flow, counts] : outcomes) {
    StatsFlow made{word(flow), 0, counts.in_their_order(), steps_of(tally, flow, ended[flow])};
    for (const StatsItem& outcome : made.outcomes) made.uses += outcome.count;
    out.flows.push_back(std::move(made));
  }
  out.flow_languages = languages.largest_first();
  out.flow_text_sizes = sizes.in_their_order();
  out.flow_places = places.largest_first();
  out.flow_hours = hours_of(hours);
}

/// The point of a day, by its own name.
struct Points {
  bool by_day = false;
  std::map<std::string, StatsPoint> points;
  std::map<std::string, Satisfaction> answers;

  [[nodiscard]] std::string name(const std::string& day) const {
    return by_day ? day : day.substr(0, 7);
  }
};

Points lay_out(const Days& days, const std::string& today) {
  Points out;
  out.by_day = length(days) <= most_days_as_points;
  for (std::string day = days.first; day <= days.last; day = days_after(day, 1)) {
    const std::string name = out.name(day);
    StatsPoint& point = out.points[name];
    point.at = name;
    const Days of_month = out.by_day ? Days{day, day} : days_of(name).value_or(Days{day, day});
    point.whole =
        of_month.first >= days.first && of_month.last <= days.last && of_month.last < today;
  }
  return out;
}

void add_points(const Tally& tally, const Days& days, const std::string& today, Stats& out) {
  Points points = lay_out(days, today);
  for (const HelpLine& line : tally.help) {
    const auto found = points.points.find(points.name(date_of(line.hour)));
    if (found == points.points.end() || !line.is_session()) continue;
    found->second.sessions += line.count;
    found->second.minutes += line.minutes;
    points.answers[found->first].add(line.satisfaction, line.count);
  }
  for (const ConsultLine& line : tally.consults) {
    const auto found = points.points.find(points.name(date_of(line.hour)));
    if (found == points.points.end() || !line.is_talk()) continue;
    found->second.talks += line.count;
    points.answers[found->first].add(line.satisfaction, line.count);
  }
  for (const RatingLine& line : tally.ratings)
    points.answers[points.name(line.date)].add(line.satisfaction, line.count);
  for (const FlowLine& line : tally.flows) {
    const auto found = points.points.find(points.name(date_of(line.hour)));
    if (found == points.points.end()) continue;
    found->second.uses += line.count;
    if (line.outcome == FlowOutcome::finished) found->second.finished += line.count;
  }
  for (const ClassLine& line : tally.classes) {
    const auto found = points.points.find(points.name(line.date));
    if (found == points.points.end()) continue;
    found->second.classes += 1;
    found->second.class_people += line.people;
  }
  out.by_day = points.by_day;
  for (auto& [name, point] : points.points) {
    point.satisfaction = told(points.answers[name]);
    out.points.push_back(std::move(point));
  }
}

void veil(StatsSatisfaction& satisfaction, std::int64_t smallest) {
  if (satisfaction.answers < smallest) satisfaction = {};
}

}  // namespace

Stats stats_of(const Tally& tally, const Days& days, const std::string& today) {
  Stats out;
  out.from = days.first;
  out.to = days.last;
  out.all = true;
  add_help(tally, out);
  add_consults(tally, out);
  add_flows(tally, out);
  add_points(tally, days, today, out);
  return out;
}

Stats for_volunteers(Stats stats, std::int64_t smallest) {
  Stats out;
  out.from = stats.from;
  out.to = stats.to;
  out.first_day = stats.first_day;
  out.by_day = stats.by_day;
  out.smallest_count = stats.smallest_count;
  out.satisfaction_target = stats.satisfaction_target;
  out.sessions = stats.sessions;
  out.minutes = stats.minutes;
  out.declined = stats.declined;
  // What residents said at the kiosk itself is no helper's; of help, one answer is about one
  // helper.
  out.satisfaction_help = stats.satisfaction_help;
  veil(out.satisfaction_help, smallest);
  for (const StatsPoint& point : stats.points) {
    StatsPoint of_help;
    of_help.at = point.at;
    of_help.whole = point.whole;
    of_help.sessions = point.sessions;
    of_help.minutes = point.minutes;
    out.points.push_back(std::move(of_help));
  }
  return out;
}

}  // namespace madoguchi::gateway::numbers
