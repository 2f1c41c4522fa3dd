#include "firmware/visit/report.h"

#include <algorithm>

#include "firmware/base/file.h"

namespace madoguchi::visit {

void StepClock::entered(const std::string& name) {
  if (!steps_.empty() && steps_.back().name == name) return;
  close();
  steps_.push_back({name, 0});
  since_ = timers_.now();
}

std::vector<StepTime> StepClock::finish() {
  close();
  return std::move(steps_);
}

std::string StepClock::asked() const {
  const auto last = std::find_if(steps_.rbegin(), steps_.rend(), [](const StepTime& step) {
    return step.name != "still_there" && step.name != "pay_stopping" && step.name != "giving_back";
  });
  return last == steps_.rend() ? std::string() : last->name;
}

void StepClock::close() {
  if (steps_.empty()) return;
  steps_.back().ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(timers_.now() - since_).count();
}

Status write_report(const std::string& path, const Report& report) {
  return write_file(path, as_bytes(to_json(report).dump(2) + "\n"), 0644);
}

}  // namespace madoguchi::visit
