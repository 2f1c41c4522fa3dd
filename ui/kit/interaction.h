#pragma once
// What fingers and keys mean. Acts on release, sliding off cancels, a second tap that trembles is
// dropped, and a tap that was meant for the screen before never presses what has appeared under the
// finger.

#include <chrono>
#include <optional>
#include <string>

#include "ui/kit/layout.h"
#include "ui/kit/painter.h"

namespace madoguchi::ui {

enum class Key { next, previous, left, right, up, down, press, erase, leave };

/// Finger, keys and focus on the layout of the moment. Draws nothing. One thread; time comes with
/// each call.
class Interaction {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The least time between two presses at the same place.
  static constexpr std::chrono::milliseconds repeat_guard{500};
  /// The same for the keys of the PIN pad, where typing one digit twice is wanted and a bouncing
  /// finger is not.
  static constexpr std::chrono::milliseconds digit_guard{80};

  /// Another layout is shown; the one before must still live. A press goes on only if its control
  /// is still there, under the finger, and the screen asks the same; the focus follows its control
  /// by name.
  void show(const Layout& layout, bool same_question);

  void finger_down(Point at);
  void finger_moved(Point at);
  /// The id of the control that was pressed, if one was.
  std::optional<std::string> finger_up(Point at, Time now);

  std::optional<std::string> key(Key key, Time now);
  /// A digit key of a keyboard: presses the control of the PIN pad that has this label.
  std::optional<std::string> typed(char digit, Time now);

  /// Indexes in the layout that was shown last.
  [[nodiscard]] const ViewState& state() const { return state_; }

 private:
  [[nodiscard]] const Target* at(int index) const;
  std::optional<std::string> activate(int index, Point where, Time now);
  std::optional<std::string> activate_role(std::initializer_list<Role> roles, Time now);
  void step_focus(int step);
  void move_focus(Key direction);
  [[nodiscard]] int first_enabled() const;

  Layout const* layout_ = nullptr;  // borrowed: the window keeps it until it shows the next
  ViewState state_;
  bool keys_in_use_ = false;
  Point finger_;  ///< where it is, or was last
  struct Press {
    Time time{};
    Point where;
    std::string control;
  };
  std::optional<Press> last_;
};

}  // namespace madoguchi::ui
