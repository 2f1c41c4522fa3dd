#include "firmware/visit/flow_reports.h"

#include <algorithm>

#include "firmware/base/log.h"
#include "firmware/visit/outbox.h"

namespace madoguchi::visit {
namespace {

std::string step_name(const std::string& screen) {
  return screen.starts_with("error.") ? "error" : screen;
}

std::int32_t rounded_seconds(std::int64_t ms) {
  constexpr std::int64_t grain_ms = numbers::seconds_grain * 1000;
  const std::int64_t seconds = (ms + grain_ms / 2) / grain_ms * numbers::seconds_grain;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(seconds, 0, numbers::most_seconds));
}

/// Numbers are given up first: before the storage needs its reserve, and before a long outage fills
/// the journal.
bool has_room(Desk& desk) {
  if (desk.faults.stands("storage") || desk.journal.in_doubt()) return false;
  const auto open = desk.journal.open_visits();
  return open && open->size() < outbox::most_waiting;
}

}  // namespace

numbers::FlowOutcome flow_outcome(Ending ending) {
  using enum Ending;
  using numbers::FlowOutcome;
  switch (ending) {
    case issued:
      return FlowOutcome::finished;
    case cancelled:
    case card_pulled:
    case payment_cancelled:
      return FlowOutcome::cancelled;
    case left:
      return FlowOutcome::left;
    case not_my_number_card:
    case pin_locked:
    case signature_refused:
    case not_registered:
    case not_served:
    case moved_out:
    case under_age:
    case not_available:
    case name_unprintable:
    case declined:
      return FlowOutcome::refused;
    default:
      return FlowOutcome::failed;
  }
}

numbers::FlowOutcome lesson_outcome(const std::vector<StepTime>& steps, bool stayed) {
  const bool done = std::any_of(steps.begin(), steps.end(),
                                [](const StepTime& step) { return step.name == "lesson_done"; });
  if (done) return numbers::FlowOutcome::finished;
  return stayed ? numbers::FlowOutcome::cancelled : numbers::FlowOutcome::left;
}

std::vector<numbers::FlowStep> flow_steps(const std::vector<StepTime>& steps) {
  std::vector<StepTime> merged;
  for (const StepTime& step : steps) {
    const std::string name = step_name(step.name);
    const auto known = std::find_if(merged.begin(), merged.end(),
                                    [&](const StepTime& one) { return one.name == name; });
    if (known != merged.end()) {
      known->ms += step.ms;
    } else if (merged.size() < numbers::most_steps) {
      merged.push_back({name, step.ms});
    }
  }
  std::vector<numbers::FlowStep> out;
  for (const StepTime& step : merged) out.push_back({step.name, rounded_seconds(step.ms)});
  return out;
}

void report_flow(Desk& desk, const FlowEnd& end, const Look& look,
                 const std::vector<StepTime>& steps) {
  if (!has_room(desk)) return log_event(Event::number_given_up);
  numbers::FlowReport report;
  report.flow = end.flow;
  report.outcome = end.outcome;
  if (end.outcome != numbers::FlowOutcome::finished) report.ended_at = step_name(end.ended_at);
  report.language = look.language;
  report.text_size = look.text_size;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(desk.timers.wall().time_since_epoch())
          .count();
  report.hour = now - now % numbers::hour_s;
  report.steps = flow_steps(steps);
  if (!numbers::problem_of(report, now).empty()) return;
  (void)outbox::open(desk, outbox::flow, random_uuid(), to_json(report).dump());
}

}  // namespace madoguchi::visit
