#pragma once
// What the tables hold about some days, counted but not judged yet; what statistics.h and
// open_data.h work on. Plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/consult_api.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/numbers_api.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway::numbers {

using madoguchi::numbers::Flow;
using madoguchi::numbers::FlowOutcome;

/// So many help records are alike.
struct HelpLine {
  std::string kiosk;
  desk::HelpTopic topic = desk::HelpTopic::other;
  std::string language;
  desk::HelpOutcome outcome = desk::HelpOutcome::not_said;
  UnixTime hour = 0;
  std::int64_t satisfaction = 0;  ///< 1 to 5; 0: not said
  std::int64_t count = 0;
  std::int64_t minutes = 0;  ///< of all together

  /// Not an offer that the resident did not take up.
  [[nodiscard]] bool is_session() const {
    return outcome != desk::HelpOutcome::declined &&
           !(outcome == desk::HelpOutcome::left && minutes == 0);
  }
};

/// So many records of consultations by video are alike.
struct ConsultLine {
  std::string kiosk;
  consult::Topic topic = consult::Topic::general;
  std::string language;
  consult::Outcome outcome = consult::Outcome::not_said;
  UnixTime hour = 0;
  consult::Rung lowest = consult::Rung::p720;
  std::int64_t satisfaction = 0;  ///< 1 to 5; 0: not said
  std::int32_t waited_s = 0;      ///< each
  std::int64_t count = 0;
  std::int64_t minutes = 0;  ///< of all together; 0: nobody answered, or nobody came

  [[nodiscard]] bool is_talk() const { return minutes > 0; }
};

/// What desks said was done in consultations: a Deed, and how often.
struct DeedLine {
  std::string deed;
  std::int64_t count = 0;
};

/// So many residents rated their visit alike.
struct RatingLine {
  std::string date;
  std::int64_t satisfaction = 0;  ///< 1 to 5
  std::int64_t count = 0;
};

/// So many uses of a kiosk are alike.
struct FlowLine {
  std::string kiosk;
  UnixTime hour = 0;
  Flow flow = Flow::certificate;
  FlowOutcome outcome = FlowOutcome::finished;
  std::string ended_at;
  std::string language;
  TextSize text_size = TextSize::m;
  std::int64_t count = 0;
};

/// A class of the city, and how many came.
struct ClassLine {
  std::string date;
  std::string course;  ///< a desk::HelpTopic
  std::int64_t people = 0;
};

/// How long a screen was shown: seconds -> how often.
struct StepTimes {
  std::map<std::int32_t, std::int64_t> seconds;
  std::int64_t count = 0;
  std::int64_t positions = 0;  ///< of its first showing, of all together

  [[nodiscard]] double position() const {
    return count == 0 ? 0 : static_cast<double>(positions) / static_cast<double>(count);
  }
};

struct Tally {
  std::vector<HelpLine> help;
  std::vector<ConsultLine> consults;
  std::vector<DeedLine> deeds;
  std::vector<RatingLine> ratings;
  std::vector<FlowLine> flows;
  std::vector<ClassLine> classes;
  std::map<Flow, std::map<std::string, StepTimes>> steps;
};

/// How long residents waited who then talked; of one topic, or of all.
StepTimes waits_of(const Tally& tally, std::optional<consult::Topic> topic);

/// Of sorted values: the smallest that at least so many percent do not exceed (nearest rank). The
/// values are not empty.
std::int32_t percentile(const StepTimes& times, int percent);

/// A screen's times, with the screens in the order in which residents come to them.
std::vector<std::pair<std::string, StepTimes>> in_order(
    const std::map<std::string, StepTimes>& steps);

/// How content people are, of 1 to 5.
struct Satisfaction {
  std::int64_t answers = 0;
  std::int64_t high = 0;  ///< 4 and 5
  std::int64_t sum = 0;

  void add(std::int64_t value, std::int64_t count) {
    if (value < 1 || value > 5) return;
    answers += count;
    high += value >= 4 ? count : 0;
    sum += value * count;
  }
  Satisfaction& operator+=(const Satisfaction& other) {
    answers += other.answers;
    high += other.high;
    sum += other.sum;
    return *this;
  }
  /// Rounded; 0 without an answer.
  [[nodiscard]] std::int64_t mean_hundredths() const {
    return answers == 0 ? 0 : (sum * 200 + answers) / (2 * answers);
  }
  [[nodiscard]] std::int64_t high_percent() const {
    return answers == 0 ? 0 : (high * 200 + answers) / (2 * answers);
  }
};

}  // namespace madoguchi::gateway::numbers
