#pragma once
// How each use of the kiosk went, for the city's numbers (firmware/message/numbers_api.h): kept in
// the outbox when it is over, told when the city can be reached. A number never holds anybody up:
// without room on the storage it is given up.
//
// Loop thread.

#include <chrono>
#include <string>
#include <vector>

#include "firmware/message/numbers_api.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/ending.h"

namespace madoguchi::visit {

numbers::FlowOutcome flow_outcome(Ending ending);

/// A lesson is finished when one was gone through to its end, however the resident went away then.
numbers::FlowOutcome lesson_outcome(const std::vector<StepTime>& steps, bool stayed);

/// Each screen once, in the order of their first showing; every "error.<ending>" is "error", since
/// why somebody is refused is nobody's number.
std::vector<numbers::FlowStep> flow_steps(const std::vector<StepTime>& steps);

struct FlowEnd {
  numbers::Flow flow = numbers::Flow::certificate;
  numbers::FlowOutcome outcome = numbers::FlowOutcome::finished;
  std::string ended_at;  ///< by StepClock::asked(); unused when finished
};

/// Keeps the report of what is over; nothing when no screen was shown.
void report_flow(Desk& desk, const FlowEnd& end, const Look& look,
                 const std::vector<StepTime>& steps);

}  // namespace madoguchi::visit
