#pragma once
// Asking a resident: shows a screen and waits for an answer, minding language, text size, a pulled
// card and somebody who has walked away. One Dialogue a visit; its look is forgotten with it.

#include <functional>
#include <optional>
#include <string>

#include "firmware/visit/desk.h"
#include "firmware/visit/report.h"

namespace madoguchi::visit {

/// How the resident wants to see things; reset with each visit.
struct Look {
  std::string language = "ja";
  TextSize text_size = TextSize::m;
  bool operator==(const Look&) const = default;
};

/// Puts language, text size and the settings strip onto a screen.
void dress(Screen& screen, const Look& look);

struct Reply {
  enum class What { pressed, watched, left };
  What what = What::pressed;
  std::string control;  ///< the id, when pressed

  [[nodiscard]] bool is(std::string_view id) const {
    return what == What::pressed && control == id;
  }
};

/// What ends a question beside a press, such as a card that is placed or pulled: a coroutine that
/// returns when it happened (Reply::What::watched). Empty: nothing.
using Watch = std::function<Task<void>()>;

class Dialogue {
 public:
  Dialogue(Desk& desk, Look look) : desk_(desk), look_(std::move(look)), clock_(desk.timers) {}

  /// Shows without waiting (the machine works). What is shown already is not sent again.
  void show(Screen screen);
  /// Shows and waits for a press of anything but language and text size, which it handles itself.
  /// After settings.patience without a press it asks whether somebody is still there.
  Task<Reply> ask(Screen screen, Watch watch = {});
  /// Like ask, but ends with `left` after the given time without the question.
  Task<Reply> ask_for(Screen screen, std::chrono::milliseconds limit, Watch watch = {});

  /// Takes over a press of language or text size; false when it was something else.
  bool change_look(std::string_view control);
  [[nodiscard]] const Look& look() const { return look_; }
  [[nodiscard]] StepClock& clock() { return clock_; }

 private:
  Task<void> until(const Watch& watch);
  Task<Reply> wait(const Watch& watch, std::chrono::milliseconds limit);

  Desk& desk_;
  Look look_;
  StepClock clock_;
  std::optional<Screen> shown_;
};

}  // namespace madoguchi::visit
