#pragma once
// What the city says about its waiting room: what is served when and at which desks, what can be
// booked, when the crowding lamp changes. All of it is configuration (queue.toml beside
// catalogue.toml); the gateway is restarted after a change.

#include <array>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/queue_api.h"
#include "tools/gateway/catalogue.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

struct TopicPlan {
  queue::Topic topic = queue::Topic::help;
  std::string letter;  ///< of its numbers: "A"
  Hours hours;         ///< when tickets are given
};

struct DeskPlan {
  std::string desk;  ///< what stands above it: "1"
  std::vector<queue::Topic> topics;
  /// Whether a volunteer may sit here: it serves nothing but help.
  [[nodiscard]] bool for_volunteers() const;
};

/// Places that come again every week.
struct WeeklyPlan {
  queue::Topic topic = queue::Topic::help;
  std::optional<consult::Topic> consultation;  ///< instead: a call by video
  std::array<bool, 7> weekdays{};              ///< 0 is Sunday
  std::vector<int> starts;                     ///< minutes of the day
  std::int32_t minutes = 0;
  std::int32_t places = 0;
};

/// One class with its seats.
struct CoursePlan {
  desk::HelpTopic course = desk::HelpTopic::other;
  int year = 0, month = 0, day = 0;
  int start = 0;  ///< minute of the day
  std::int32_t minutes = 0;
  std::int32_t places = 0;
};

struct QueuePlan {
  std::vector<TopicPlan> topics;
  std::vector<DeskPlan> desks;
  std::vector<WeeklyPlan> weekly;
  std::vector<CoursePlan> courses;
  std::vector<ClosedDay> closed_days;  ///< nothing can be booked
  int some_from = 5;                   ///< people waiting: やや混雑
  int crowded_from = 12;               ///< 混雑
  int most_in_a_row = 2;               ///< bookings, while walk-ins wait
  std::int64_t check_in_before_s = 15 * 60;
  std::int64_t check_in_after_s = 10 * 60;
  int days_ahead = 14;  ///< that can be booked

  /// Errc::invalid names file, line and reason.
  static Result<QueuePlan> load(const std::string& path);

  [[nodiscard]] const TopicPlan* find(queue::Topic topic) const;
  [[nodiscard]] const DeskPlan* find_desk(const std::string& desk) const;
  [[nodiscard]] bool open_at(queue::Topic topic, UnixTime now) const;
  /// Every slot that begins in [from, to), by time; places_left is all of its places. Needs the
  /// process's time zone.
  [[nodiscard]] std::vector<queue::Slot> slots(UnixTime from, UnixTime to) const;
};

/// The city's date, "2026-11-22".
std::string day_of(UnixTime at);
LocalTime local_of(UnixTime at);

}  // namespace madoguchi::gateway
