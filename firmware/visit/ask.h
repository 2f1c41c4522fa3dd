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

/// What may come between two questions of a visit that knows nothing of it: a volunteer's badge on
/// the reader (help_aside.h). The question is put again afterwards.
class Aside {
 public:
  virtual ~Aside() = default;
  /// Returns with a badge that means something; nothing: the wait was ended.
  virtual Task<std::optional<BadgeNumber>> comes() = 0;
  /// Until the badge is off the reader again; gives how the resident wants to see things now.
  virtual Task<Look> offer(Look look, BadgeNumber badge) = 0;
};

/// What a dialogue needs of the kiosk. Everything outlives it.
struct Pane {
  Timers& timers;
  Front& front;
  const Settings& settings;  ///< patience and last_call
};

class Dialogue {
 public:
  /// The aside outlives the dialogue. It may come whenever a question has no watch of its own, for
  /// then nothing else uses the card reader.
  Dialogue(Desk& desk, Look look, Aside* aside = nullptr)
      : Dialogue(Pane{desk.timers, desk.front, desk.settings}, std::move(look), aside) {}
  /// Where there is no desk: a kiosk that is being set up.
  Dialogue(Pane pane, Look look, Aside* aside = nullptr)
      : pane_(pane), look_(std::move(look)), aside_(aside), clock_(pane.timers) {}

  /// Shows without waiting (the machine works). What is shown already is not sent again.
  void show(Screen screen);
  /// Shows and waits for a press of anything but language and text size, which it handles itself.
  /// After settings.patience without a press it asks whether somebody is still there.
  Task<Reply> ask(Screen screen, Watch watch = {});
  /// Like ask, but ends with `left` after the given time without the question.
  Task<Reply> ask_for(Screen screen, std::chrono::milliseconds limit, Watch watch = {});

  /// For a visit that has found a badge where a card should be. False: it means nothing here.
  Task<bool> step_aside(BadgeNumber badge);

  /// Takes over a press of language or text size; false when it was something else.
  bool change_look(std::string_view control);
  [[nodiscard]] const Look& look() const { return look_; }
  [[nodiscard]] StepClock& clock() { return clock_; }

 private:
  Task<void> until(const Watch& watch);
  Task<bool> stepped_aside();
  Task<Reply> wait(const Watch& watch, std::chrono::milliseconds limit);

  Pane pane_;
  Look look_;
  Aside* const aside_;
  std::optional<BadgeNumber> came_;  ///< the badge that has ended the last wait
  StepClock clock_;
  std::optional<Screen> shown_;
};

}  // namespace madoguchi::visit
