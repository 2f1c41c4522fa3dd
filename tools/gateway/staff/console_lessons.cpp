#include "tools/gateway/staff/console_lessons.h"

#include "tools/gateway/staff/console.h"

namespace madoguchi::gateway {
namespace {

LessonStep step_of(const lesson::Step& step) {
  LessonStep out{step.title, step.text, {}, {}};
  if (step.practice) out.practice = step.practice->kind;
  if (step.check) {
    out.check = LessonCheck{step.check->question, {}, step.check->hint};
    for (const lesson::Answer& answer : step.check->answers)
      out.check->answers.push_back({answer.text, answer.right});
  }
  return out;
}

}  // namespace

LessonList lesson_list(const lesson::Shelf& shelf) {
  LessonList out;
  for (const lesson::Lesson& each : shelf.lessons) {
    LessonEntry entry;
    entry.topic = lesson::topic_name(each.topic);
    entry.title = each.title;
    entry.about = each.about;
    entry.minutes = each.minutes;
    for (const lesson::Step& step : each.steps) entry.steps.push_back(step_of(step));
    entry.can = each.can;
    entry.remember = each.remember;
    out.lessons.push_back(std::move(entry));
  }
  return out;
}

Task<Answer> Console::lessons(Call) {
  const LessonList list = parts_.lessons == nullptr ? LessonList() : lesson_list(*parts_.lessons);
  co_return json_answer(200, list);
}

}  // namespace madoguchi::gateway
