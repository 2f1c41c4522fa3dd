#pragma once
// Every screen of a lesson as the kiosk will show it, and whether all its words fit.

#include <string>
#include <vector>

#include "firmware/lesson/shelf.h"
#include "ui/kit/layout.h"

namespace madoguchi::lessons {

struct Shown {
  Screen screen;
  int line = 0;  ///< of the step in the lesson's file
};

/// In the order of the lesson, the last one its end.
std::vector<Shown> screens_of(const lesson::Lesson& lesson, const std::string& language,
                              TextSize size);

/// Pictures that nobody has drawn, words that do not fit at the standard or the largest size in
/// either language, and a sheet that does not fit its page.
std::vector<lesson::Finding> what_does_not_fit(const ui::Fonts& fonts,
                                               const lesson::Lesson& lesson);

/// Names for `picture`, for people who choose one.
std::vector<std::string> pictures();

}  // namespace madoguchi::lessons
