#include "firmware/visit/screens_lesson.h"

#include <algorithm>

#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {
namespace {

Control next() { return action("next", Role::primary, "lesson.next"); }

/// A screen of one step: where it is, and the ways back and out.
Screen of_step(const char* name, const lesson::Lesson& lesson, std::size_t step) {
  Screen out;
  out.name = std::string(name) + "." + std::to_string(step + 1);
  out.progress =
      Progress{static_cast<std::int32_t>(step + 1), static_cast<std::int32_t>(lesson.steps.size())};
  out.actions = {back(), action("leave", Role::cancel, "lesson.leave")};
  return out;
}

}  // namespace

Screen lessons_screen(const lesson::Shelf& shelf, std::size_t page) {
  Screen out;
  out.name = "lessons." + std::to_string(page + 1);
  out.title = say("lessons.title");
  Menu menu;
  menu.columns = 1;
  const std::size_t first = page * lessons_a_page;
  for (std::size_t i = first; i < std::min(first + lessons_a_page, shelf.lessons.size()); ++i) {
    const lesson::Lesson& each = shelf.lessons[i];
    const std::string topic(lesson::topic_name(each.topic));
    Control item;
    item.id = "lesson." + topic;
    item.label = written(each.title);
    item.note = say("lessons.minutes", {{"minutes", std::to_string(each.minutes)}});
    item.icon = "topic." + topic;
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions = {back()};
  if (shelf.lessons.size() > lessons_a_page)
    out.actions.push_back(action("more", Role::secondary, "lessons.more"));
  return out;
}

Screen lesson_step_screen(const lesson::Lesson& lesson, std::size_t step) {
  const lesson::Step& now = lesson.steps.at(step);
  Screen out = of_step("lesson_step", lesson, step);
  out.title = written(now.title);
  Notice body;
  body.picture = now.picture;
  for (const lesson::Words& each : now.text) body.lines.push_back(written(each));
  out.body = std::move(body);
  out.actions.push_back(next());
  return out;
}

Screen lesson_practice_screen(const lesson::Lesson& lesson, std::size_t step,
                              const lesson::Trial& trial) {
  Screen out = of_step("lesson_practice", lesson, step);
  out.title = say("lesson_practice.title");
  out.body = trial.body();
  // Nobody has to finish it.
  out.actions.push_back(trial.complete() ? next()
                                         : action("next", Role::secondary, "lesson_practice.skip"));
  return out;
}

Screen lesson_check_screen(const lesson::Lesson& lesson, std::size_t step, const Asked& asked) {
  const lesson::Check& check = *lesson.steps.at(step).check;
  Screen out = of_step("lesson_check", lesson, step);
  out.title = written(check.question);
  if (asked.answered) {
    out.lead = {say(asked.shown ? "lesson_check.shown" : "lesson_check.right")};
  } else if (!asked.tried.empty()) {
    out.lead = {say("lesson_check.again"), written(check.hint)};
  } else {
    out.lead = {say("lesson_check.lead")};
  }
  Menu menu;
  menu.columns = 1;
  for (std::size_t i = 0; i < check.answers.size(); ++i) {
    Control item;
    item.id = "answer." + std::to_string(i + 1);
    item.label = written(check.answers[i].text);
    item.enabled = asked.answered ? check.answers[i].right : !asked.tried.contains(i);
    item.selected = asked.answered && check.answers[i].right;
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions.push_back(asked.answered ? next()
                                       : action("show", Role::secondary, "lesson_check.show"));
  return out;
}

Screen lesson_done_screen(const lesson::Lesson& lesson, bool sheet, bool link) {
  std::vector<Text> lines;
  for (const lesson::Words& each : lesson.can) lines.push_back(written(each));
  Screen out = notice("lesson_done", "thanks", std::move(lines));
  out.tone = Tone::success;
  out.lead = {written(lesson.title)};
  out.actions = {action("again", Role::back, "lesson_done.list")};
  if (link) out.actions.push_back(action("link", Role::secondary, "lesson_done.link"));
  out.actions.push_back(sheet ? action("sheet", Role::primary, "lesson_done.sheet")
                              : action("end", Role::primary, "lesson.end"));
  if (sheet) out.actions.push_back(action("end", Role::secondary, "lesson.end"));
  return out;
}

Screen lesson_printing_screen() {
  return working(screen("lesson_printing"), "printer",
                 {{say("lesson_printing.stage"), StageState::running}});
}

Screen lesson_take_screen() {
  Screen out = notice("lesson_take", "paper", {say("lesson_take.do"), say("lesson_take.home")});
  out.tone = Tone::success;
  out.actions = {action("again", Role::back, "lesson_done.list"),
                 action("end", Role::primary, "lesson.end")};
  return out;
}

Screen lesson_link_screen(const std::optional<std::string>& link, bool trouble) {
  std::vector<Text> lines;
  if (trouble) lines.push_back(say("lesson_link.no_paper"));
  lines.push_back(say(link ? "lesson_link.do" : "lesson_link.ask"));
  Screen out = notice("lesson_link", "printer", std::move(lines));
  std::get<Notice>(out.body).link = link;
  if (trouble && !link) out.tone = Tone::warning;
  out.actions = {action("again", Role::back, "lesson_done.list"),
                 action("end", Role::primary, "lesson.end")};
  return out;
}

}  // namespace madoguchi::visit
