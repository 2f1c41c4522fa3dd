#pragma once
// Watches a finger on a practice field and says what it did: the id of the target when it went
// well, else of the miss ("practice.too_long"). Judges kindly: whoever trembles a little has
// tapped. Draws nothing. One thread; time comes with each call.

#include <chrono>
#include <optional>
#include <string>

#include "ui/kit/layout.h"
#include "ui/kit/painter.h"

namespace madoguchi::ui {

class PracticeFinger {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds longest_tap{900};
  static constexpr std::chrono::milliseconds shortest_hold{800};
  static constexpr std::chrono::milliseconds second_tap{450};
  static constexpr double trembling_mm = 9;  ///< how far a tap or a hold may wander
  static constexpr double shortest_swipe_mm = 30;

  /// True when the finger came down on the layout's practice field: then the touch is all its own.
  bool down(const Layout& layout, Point at, Time now);
  [[nodiscard]] bool is_down() const { return touch_.has_value(); }
  void moved(Point at);
  /// What the finger did; nothing while none was down.
  std::optional<std::string> up(Point at, Time now);
  /// The screen has changed under the finger.
  void forget() { touch_.reset(); }

  /// How the target looks under the finger: held down, or pushed aside.
  void show_in(ViewState& state) const;

 private:
  struct Touch {
    PracticeField field;
    Target target;
    double mm = 1;  ///< px of a millimetre
    Point began;
    Point now;
    double wandered = 0;  ///< px, the farthest
    Time since;
    bool on_target = false;
  };
  [[nodiscard]] std::optional<PracticeMiss> judge(const Touch& touch, Time now) const;
  [[nodiscard]] static std::optional<PracticeMiss> judge_swipe(const Touch& touch);

  std::optional<Touch> touch_;
  std::optional<std::pair<Point, Time>> last_;  ///< tap that went well
};

}  // namespace madoguchi::ui
