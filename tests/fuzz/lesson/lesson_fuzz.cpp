// Any bytes either give a lesson that can be shown or findings that say what is wrong in both
// languages.
#include <cstdlib>

#include "firmware/lesson/shelf.h"
#include "firmware/lesson/trial.h"

using namespace madoguchi;
using namespace madoguchi::lesson;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Read read = read_lesson(text, "fuzz.toml");
  for (const Finding& each : read.findings) {
    if (each.what.size() != 2 || each.what.at("ja").empty() || each.what.at("en").empty())
      std::abort();
  }
  (void)read_places(text);
  (void)fill(read.lesson, {});
  if (!read.findings.empty()) return 0;
  const Lesson& lesson = read.lesson;
  if (lesson.steps.size() < 2 || lesson.remember.size() != 3 || lesson.can.empty()) std::abort();
  for (const Step& step : lesson.steps) {
    if (step.text.empty() || step.text.size() > 2) std::abort();
    if (!step.practice) continue;
    Trial trial(*step.practice);
    (void)trial.press("key.a", "en");
    (void)trial.body();
  }
  return 0;
}
