#include "firmware/visit/lesson_visit.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/help_records.h"
#include "firmware/visit/lesson_sheet.h"

namespace madoguchi::visit {

Task<LessonEnd> LessonVisit::run() {
  for (;;) {
    Way way = co_await choose();
    if (way == Way::forward) way = co_await learn();
    if (way == Way::gone) co_return LessonEnd::left;
    if (way != Way::list) co_return LessonEnd::ended;
  }
}

LessonVisit::Way LessonVisit::way_of(const Reply& reply) {
  if (reply.what == Reply::What::left) return Way::gone;
  if (reply.is("back")) return Way::back;
  if (reply.is("again")) return Way::list;
  if (reply.is("next")) return Way::forward;
  return Way::out;  // leave, end, or the cancel of the question "still there?"
}

Task<LessonVisit::Way> LessonVisit::choose() {
  const std::size_t pages = (shelf_.lessons.size() + lessons_a_page - 1) / lessons_a_page;
  for (std::size_t page = 0;; page = (page + 1) % pages) {
    const Reply reply = co_await dialogue_.ask(lessons_screen(shelf_, page));
    if (reply.is("more")) continue;
    constexpr std::string_view prefix = "lesson.";
    if (reply.what == Reply::What::pressed && reply.control.starts_with(prefix)) {
      lesson_ = shelf_.find(std::string_view(reply.control).substr(prefix.size()));
      if (lesson_ != nullptr) co_return Way::forward;
    }
    if (reply.what == Reply::What::left) co_return Way::gone;
    co_return Way::out;
  }
}

Task<LessonVisit::Way> LessonVisit::learn() {
  const std::string topic(lesson::topic_name(lesson_->topic));
  log_event(Event::lesson_event, {{"what", "began"}, {"topic", topic}});
  note_topic(desk_, lesson_->topic);
  bool from_behind = false;
  for (std::size_t now = 0; now < lesson_->steps.size();) {
    const Way way = co_await step(now, from_behind);
    from_behind = way == Way::back;
    if (way == Way::back && now == 0) co_return Way::list;
    if (way != Way::forward && way != Way::back) co_return way;
    now += way == Way::forward ? 1 : static_cast<std::size_t>(-1);
  }
  log_event(Event::lesson_event, {{"what", "done"}, {"topic", topic}});
  co_return co_await finish();
}

/// One step: what is to be read, then the practice, then the question. Back goes through them the
/// other way.
Task<LessonVisit::Way> LessonVisit::step(std::size_t step, bool from_behind) {
  const lesson::Step& now = lesson_->steps[step];
  enum class Part { read, practise, check };
  std::vector<Part> parts{Part::read};
  if (now.practice) parts.push_back(Part::practise);
  if (now.check) parts.push_back(Part::check);
  for (std::size_t at = from_behind ? parts.size() - 1 : 0;;) {
    Way way = Way::forward;
    if (parts[at] == Part::read) {
      const Reply reply = co_await dialogue_.ask(lesson_step_screen(*lesson_, step));
      way = way_of(reply);
    } else if (parts[at] == Part::practise) {
      way = co_await practise(step);
    } else {
      way = co_await check(step);
    }
    if (way == Way::back && at > 0) {
      --at;
    } else if (way == Way::forward && at + 1 < parts.size()) {
      ++at;
    } else {
      co_return way;
    }
  }
}

Task<LessonVisit::Way> LessonVisit::practise(std::size_t step) {
  lesson::Trial trial(*lesson_->steps[step].practice);
  for (;;) {
    const Reply reply = co_await dialogue_.ask(lesson_practice_screen(*lesson_, step, trial));
    const bool of_practice =
        reply.what == Reply::What::pressed && trial.press(reply.control, dialogue_.look().language);
    if (!of_practice) co_return way_of(reply);
  }
}

Task<LessonVisit::Way> LessonVisit::check(std::size_t step) {
  const lesson::Check& question = *lesson_->steps[step].check;
  Asked asked;
  for (;;) {
    const Reply reply = co_await dialogue_.ask(lesson_check_screen(*lesson_, step, asked));
    constexpr std::string_view answer = "answer.";
    if (reply.is("show")) {
      asked.answered = asked.shown = true;
    } else if (reply.what == Reply::What::pressed && reply.control.starts_with(answer)) {
      const auto number = static_cast<std::size_t>(reply.control.at(answer.size()) - '1');
      const bool right = question.answers.at(number).right;
      if (right) {
        asked.answered = true;
      } else {
        asked.tried.insert(number);
      }
    } else {
      co_return way_of(reply);
    }
  }
}

Task<LessonVisit::Way> LessonVisit::finish() {
  const bool linked = !desk_.settings.lessons_url.empty();
  const bool printable = desk_.sheets != nullptr;
  const Reply reply = co_await dialogue_.ask(lesson_done_screen(*lesson_, printable, linked));
  if (reply.is("sheet")) co_return co_await print();
  if (reply.is("link")) co_return co_await show_link(false);
  co_return way_of(reply);
}

Task<LessonVisit::Way> LessonVisit::print() {
  dialogue_.show(lesson_printing_screen());
  Sheet sheet =
      make_sheet(desk_.settings, desk_.timers.wall(), *lesson_, dialogue_.look().language);
  const bool printed = co_await print_sheet(desk_, std::move(sheet));
  if (!printed) co_return co_await show_link(true);
  const Reply reply = co_await dialogue_.ask(lesson_take_screen());
  co_return way_of(reply);
}

Task<LessonVisit::Way> LessonVisit::show_link(bool trouble) {
  std::optional<std::string> link =
      lesson_link(desk_.settings, *lesson_, dialogue_.look().language);
  if (link->empty()) link.reset();
  const Reply reply = co_await dialogue_.ask(lesson_link_screen(link, trouble));
  co_return way_of(reply);
}

}  // namespace madoguchi::visit
