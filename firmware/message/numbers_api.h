#pragma once
// Numbers from a kiosk: how each use of it went, so that the city sees where people give up. Part
// of the gateway's API (gateway_api.h: JSON, Idempotency-Key, mutual TLS):
//
//   POST /v1/flows   FlowReport -> 200 Settled
//
// Anonymous by what it lacks: no visit, no card, no document, no fee, no reason of a refusal; the
// time is an hour, times at a screen are rounded. The gateway adds it to its counts and keeps no
// row of it (docs/numbers.md). Whoever takes one checks it with problem_of().

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/screen.h"

namespace madoguchi::numbers {

/// What somebody came for.
enum class Flow { certificate, lesson, queue, help, guide };
MADOGUCHI_ENUM(Flow, certificate, lesson, queue, help, guide)

enum class FlowOutcome {
  finished,   ///< what they came for
  cancelled,  ///< they pressed cancel, took the card away, or said no
  left,       ///< they went away
  refused,    ///< by the city, the card or the bank; why is nobody's number
  failed,     ///< a device or the link
};
MADOGUCHI_ENUM(FlowOutcome, finished, cancelled, left, refused, failed)

inline constexpr std::int32_t seconds_grain = 5;
inline constexpr std::int32_t most_seconds = 600;
inline constexpr std::size_t most_steps = 64;
inline constexpr std::size_t longest_step = 48;
inline constexpr std::int64_t hour_s = 3600;

/// One screen, however often it was shown.
struct FlowStep {
  std::string name;          ///< of the screen; every ending without success is "error"
  std::int32_t seconds = 0;  ///< that it was shown, to the nearest 5, at most 600
};
MADOGUCHI_DESCRIBE(FlowStep, name, seconds)

struct FlowReport {
  Flow flow = Flow::certificate;
  FlowOutcome outcome = FlowOutcome::finished;
  std::string ended_at;  ///< the screen at which it ended; empty when finished
  std::string language;  ///< BCP 47
  TextSize text_size = TextSize::m;
  std::int64_t hour = 0;        ///< that it ended in: seconds since 1970, of a whole hour
  std::vector<FlowStep> steps;  ///< in the order of their first showing
};
MADOGUCHI_DESCRIBE(FlowReport, flow, outcome, ended_at, language, text_size, hour, steps)

inline bool is_step_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_step &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
         });
}

/// What of it no kiosk says; empty: nothing. `now_s`: seconds since 1970.
inline std::string problem_of(const FlowReport& report, std::int64_t now_s) {
  constexpr std::size_t longest_language = 35;  // RFC 5646 4.4.1
  const bool language = !report.language.empty() && report.language.size() <= longest_language &&
                        std::all_of(report.language.begin(), report.language.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '-';
                        });
  if (!language) return "language is not a language tag";
  if (report.hour < 0 || report.hour % hour_s != 0 || report.hour > now_s + hour_s)
    return "hour is not a whole hour that has begun";
  if ((report.outcome == FlowOutcome::finished) != report.ended_at.empty())
    return "ended_at is where it ended without success";
  if (report.steps.empty() || report.steps.size() > most_steps) return "steps are 1 to 64";
  bool ended_there = report.ended_at.empty();
  for (std::size_t at = 0; at < report.steps.size(); ++at) {
    const FlowStep& step = report.steps[at];
    if (!is_step_name(step.name)) return "a step has no screen's name";
    if (step.seconds < 0 || step.seconds > most_seconds || step.seconds % seconds_grain != 0)
      return "seconds are multiples of 5 up to 600";
    for (std::size_t before = 0; before < at; ++before) {
      if (report.steps[before].name == step.name) return "a step stands twice";
    }
    ended_there = ended_there || step.name == report.ended_at;
  }
  return ended_there ? "" : "ended_at is none of the steps";
}

}  // namespace madoguchi::numbers
