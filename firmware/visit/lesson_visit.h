#pragma once
// A lesson at the kiosk: choose one, go through its steps, practise, answer, and take home what was
// learned. It needs no device, no card and no link, and can be left at any time.
//
// Loop thread, between certificate visits.

#include "firmware/visit/ask.h"
#include "firmware/visit/screens_lesson.h"

namespace madoguchi::visit {

enum class LessonEnd {
  ended,  ///< the resident has had enough
  left,   ///< nobody answers any more
};

class LessonVisit {
 public:
  /// Needs Desk::lessons.
  LessonVisit(Desk& desk, Dialogue& dialogue)
      : desk_(desk), dialogue_(dialogue), shelf_(*desk.lessons) {}

  Task<LessonEnd> run();

 private:
  enum class Way { forward, back, list, out, gone };

  Task<Way> choose();
  Task<Way> learn();
  Task<Way> step(std::size_t step, bool from_behind);
  Task<Way> practise(std::size_t step);
  Task<Way> check(std::size_t step);
  Task<Way> finish();
  Task<Way> print();
  Task<Way> show_link(bool trouble);
  [[nodiscard]] static Way way_of(const Reply& reply);

  Desk& desk_;
  Dialogue& dialogue_;
  const lesson::Shelf& shelf_;
  const lesson::Lesson* lesson_ = nullptr;
};

}  // namespace madoguchi::visit
