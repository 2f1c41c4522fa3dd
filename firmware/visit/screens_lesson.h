#pragma once
// The screens of a lesson as values. Pure; its words are the lesson's data, the rest is keys.

#include <optional>
#include <set>
#include <string>

#include "firmware/lesson/shelf.h"
#include "firmware/lesson/trial.h"
#include "firmware/message/screen.h"

namespace madoguchi::visit {

inline constexpr std::size_t lessons_a_page = 5;

/// Which lesson; `page` from 0.
Screen lessons_screen(const lesson::Shelf& shelf, std::size_t page);
/// `step` from 0.
Screen lesson_step_screen(const lesson::Lesson& lesson, std::size_t step);
Screen lesson_practice_screen(const lesson::Lesson& lesson, std::size_t step,
                              const lesson::Trial& trial);

/// How far the resident is with a question.
struct Asked {
  std::set<std::size_t> tried;  ///< answers that were not right
  bool answered = false;        ///< the right one, or it was looked up
  bool shown = false;           ///< looked up
};
Screen lesson_check_screen(const lesson::Lesson& lesson, std::size_t step, const Asked& asked);
/// What the resident can do now.
Screen lesson_done_screen(const lesson::Lesson& lesson, bool sheet, bool link);
Screen lesson_printing_screen();
Screen lesson_take_screen();
/// The way home without paper; `trouble`: because the printer printed none.
Screen lesson_link_screen(const std::optional<std::string>& link, bool trouble);

}  // namespace madoguchi::visit
