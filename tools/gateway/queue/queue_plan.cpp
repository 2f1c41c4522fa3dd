#include "tools/gateway/queue/queue_plan.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>

#include "tools/gateway/queue/plan_reader.h"

namespace madoguchi::gateway {
namespace {

constexpr std::int64_t most_minutes = 8 * 60;
constexpr std::int64_t most_places = 500;

TopicPlan read_topic(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"topic", "letter", "hours", "days"});
  TopicPlan out;
  out.topic = reader.word<queue::Topic>(table, "topic");
  out.letter = reader.text(table, "letter");
  // K is for the kiosks' own series.
  if (out.letter.size() != 1 || out.letter[0] < 'A' || out.letter[0] > 'Z' || out.letter == "K")
    reader.fail(table, "letter is one of A to Z, but not K");
  out.hours = reader.hours(table);
  return out;
}

DeskPlan read_desk(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"desk", "topics"});
  DeskPlan out;
  out.desk = reader.text(table, "desk");
  if (out.desk.size() > 8) reader.fail(table, "desk is what stands above it: at most 8 letters");
  for (const std::string& name : reader.texts(table, "topics")) {
    const auto topic = codec::enum_value<queue::Topic>(name);
    if (!topic) reader.fail(table, "'" + name + "' is no topic");
    out.topics.push_back(topic.value_or(queue::Topic::help));
  }
  if (out.topics.empty()) reader.fail(table, "topics is missing");
  return out;
}

WeeklyPlan read_weekly(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"topic", "consultation", "days", "times", "minutes", "places"});
  WeeklyPlan out;
  if (table.contains("consultation")) {
    out.consultation = reader.word<consult::Topic>(table, "consultation");
  } else {
    out.topic = reader.word<queue::Topic>(table, "topic");
  }
  out.weekdays = reader.weekdays(table);
  for (const std::string& time : reader.texts(table, "times"))
    out.starts.push_back(reader.minute(table, time));
  if (out.starts.empty()) reader.fail(table, "times is missing");
  out.minutes = static_cast<std::int32_t>(reader.number(table, "minutes", 0, 5, most_minutes));
  out.places = static_cast<std::int32_t>(reader.number(table, "places", 0, 1, most_places));
  return out;
}

CoursePlan read_course(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"course", "date", "time", "minutes", "places"});
  CoursePlan out;
  out.course = reader.word<desk::HelpTopic>(table, "course");
  const auto day = day_in(reader.text(table, "date"));
  if (!day || !day->year) reader.fail(table, "date is written \"2026-12-03\"");
  const ClosedDay date = day.value_or(ClosedDay{});
  out.year = date.year.value_or(0);
  out.month = date.month;
  out.day = date.day;
  out.start = reader.minute(table, reader.text(table, "time"));
  out.minutes = static_cast<std::int32_t>(reader.number(table, "minutes", 0, 5, most_minutes));
  out.places = static_cast<std::int32_t>(reader.number(table, "places", 0, 1, most_places));
  return out;
}

/// What no single entry can be wrong about.
void check_together(PlanReader& reader, const toml::table& root, const QueuePlan& plan) {
  std::set<queue::Topic> topics;
  std::set<std::string> letters;
  std::set<std::string> desks;
  for (const TopicPlan& one : plan.topics) {
    if (!topics.insert(one.topic).second) reader.fail(root, "a topic stands there twice");
    if (!letters.insert(one.letter).second) reader.fail(root, "a letter stands there twice");
  }
  for (const DeskPlan& one : plan.desks) {
    if (!desks.insert(one.desk).second) reader.fail(root, "a desk stands there twice");
    for (const queue::Topic topic : one.topics)
      if (!topics.contains(topic)) reader.fail(root, "a desk serves what is no [[topic]]");
  }
  for (const WeeklyPlan& one : plan.weekly)
    if (!one.consultation && !topics.contains(one.topic))
      reader.fail(root, "a [[slot]] is for what is no [[topic]]");
  if (plan.some_from >= plan.crowded_from)
    reader.fail(root, "some_from must be less than crowded_from");
}

/// Seconds since 1970 of a time on the city's clocks.
UnixTime moment_of(int year, int month, int day, int minute) {
  std::tm local{};
  local.tm_year = year - 1900;
  local.tm_mon = month - 1;
  local.tm_mday = day;
  local.tm_min = minute;
  local.tm_isdst = -1;
  return std::mktime(&local);
}

std::string slot_id(std::string_view what, const LocalTime& at) {
  std::array<char, 32> when{};
  (void)std::snprintf(when.data(), when.size(), "-%04d%02d%02d-%02d%02d", at.year, at.month, at.day,
                      at.minute / 60, at.minute % 60);
  return std::string(what) + when.data();
}

}  // namespace

LocalTime local_of(UnixTime at) { return local_time(std::chrono::system_clock::from_time_t(at)); }

std::string day_of(UnixTime at) { return local_of(at).date(); }

bool DeskPlan::for_volunteers() const {
  return std::all_of(topics.begin(), topics.end(),
                     [](queue::Topic topic) { return topic == queue::Topic::help; });
}

Result<QueuePlan> QueuePlan::load(const std::string& path) {
  const Result<toml::table> parsed = parse_plan(path);
  if (!parsed) return parsed.error();
  const toml::table& root = *parsed;
  PlanReader reader(path);
  reader.only(root, {"lamp", "rules", "closed_days", "topic", "desk", "slot", "course"});
  QueuePlan plan;
  const toml::table& lamp = section(root, "lamp");
  reader.only(lamp, {"some_from", "crowded_from"});
  plan.some_from = static_cast<int>(reader.number(lamp, "some_from", 5, 1, 1000));
  plan.crowded_from = static_cast<int>(reader.number(lamp, "crowded_from", 12, 2, 1000));
  const toml::table& rules = section(root, "rules");
  reader.only(rules,
              {"bookings_in_a_row", "check_in_before_min", "check_in_after_min", "days_ahead"});
  plan.most_in_a_row = static_cast<int>(reader.number(rules, "bookings_in_a_row", 2, 1, 10));
  plan.check_in_before_s = 60 * reader.number(rules, "check_in_before_min", 15, 1, 120);
  plan.check_in_after_s = 60 * reader.number(rules, "check_in_after_min", 10, 1, 120);
  plan.days_ahead = static_cast<int>(reader.number(rules, "days_ahead", 14, 1, 90));
  plan.closed_days = reader.days(root, "closed_days");
  plan.topics = read_all(reader, root, "topic", read_topic);
  plan.desks = read_all(reader, root, "desk", read_desk);
  plan.weekly = read_all(reader, root, "slot", read_weekly);
  plan.courses = read_all(reader, root, "course", read_course);
  for (TopicPlan& topic : plan.topics) topic.hours.closed_days = plan.closed_days;
  if (!reader.error()) check_together(reader, root, plan);
  if (reader.error()) return *reader.error();
  return plan;
}

const TopicPlan* QueuePlan::find(queue::Topic topic) const {
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [&](const TopicPlan& one) { return one.topic == topic; });
  return found == topics.end() ? nullptr : &*found;
}

const DeskPlan* QueuePlan::find_desk(const std::string& desk) const {
  const auto found = std::find_if(desks.begin(), desks.end(),
                                  [&](const DeskPlan& one) { return one.desk == desk; });
  return found == desks.end() ? nullptr : &*found;
}

bool QueuePlan::open_at(queue::Topic topic, UnixTime now) const {
  const TopicPlan* plan = find(topic);
  return plan != nullptr && plan->hours.open_at(local_of(now));
}

std::vector<queue::Slot> QueuePlan::slots(UnixTime from, UnixTime to) const {
  std::vector<queue::Slot> out;
  const auto add = [&](queue::Slot slot, std::string_view what) {
    if (slot.starts_at < from || slot.starts_at >= to) return;
    slot.id = slot_id(what, local_of(slot.starts_at));
    out.push_back(std::move(slot));
  };
  // By the calendar, since a day of the city's clock may have 23 hours; from the day before.
  const LocalTime first = local_of(from);
  for (int days = -1;; ++days) {
    const UnixTime noon = moment_of(first.year, first.month, first.day + days, minutes_of_day / 2);
    const LocalTime day = local_of(noon);
    if (moment_of(day.year, day.month, day.day, 0) >= to) break;
    const bool closed = std::any_of(closed_days.begin(), closed_days.end(), [&](const auto& one) {
      return one.month == day.month && one.day == day.day &&
             one.year.value_or(day.year) == day.year;
    });
    for (const WeeklyPlan& plan : weekly) {
      if (closed || !plan.weekdays[static_cast<std::size_t>(day.weekday)]) continue;
      for (const int start : plan.starts) {
        const UnixTime at = moment_of(day.year, day.month, day.day, start);
        if (plan.consultation) {
          const std::string what = "call-" + std::string(codec::enum_name(*plan.consultation));
          add({{}, {}, {}, at, plan.minutes, plan.places, plan.consultation}, what);
        } else {
          add({{}, plan.topic, {}, at, plan.minutes, plan.places}, codec::enum_name(plan.topic));
        }
      }
    }
  }
  for (const CoursePlan& plan : courses) {
    const UnixTime at = moment_of(plan.year, plan.month, plan.day, plan.start);
    add({{}, {}, plan.course, at, plan.minutes, plan.places},
        "course-" + std::string(codec::enum_name(plan.course)));
  }
  std::sort(out.begin(), out.end(), [](const queue::Slot& a, const queue::Slot& b) {
    return std::tie(a.starts_at, a.id) < std::tie(b.starts_at, b.id);
  });
  return out;
}

}  // namespace madoguchi::gateway
