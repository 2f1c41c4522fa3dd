#pragma once
// One input device's stream of events, read as presses of one finger. Pure: the kernel's records
// in, touches out.

#include <cstdint>
#include <optional>

#include <linux/input.h>

namespace madoguchi::ui {

/// What the device says of an axis (EVIOCGABS).
struct Axis {
  int least = 0;
  int most = 0;

  /// 0 to 1 between the ends.
  [[nodiscard]] double part(int value) const {
    return most > least ? static_cast<double>(value - least) / (most - least) : 0;
  }
};

struct Touch {
  enum class Kind { down, moved, up };
  Kind kind = Kind::moved;
  double u = 0;  ///< 0 to 1 over the panel's own width
  double v = 0;
};

/// Fingers by the kernel's multi-touch protocol B, of which the first one counts until it is
/// lifted; or one point with a button (BTN_TOUCH, BTN_LEFT).
class EvdevPointer {
 public:
  EvdevPointer(Axis x, Axis y, bool multi_touch) : x_(x), y_(y), multi_touch_(multi_touch) {}

  /// A touch when the record ends a report in which the finger did something.
  std::optional<Touch> feed(const input_event& event);
  /// The device is gone or records were lost: a finger that lay on it counts as lifted.
  std::optional<Touch> lose();

 private:
  void feed_finger(const input_event& event);
  void feed_point(const input_event& event);
  [[nodiscard]] Touch touch(Touch::Kind kind) const;
  std::optional<Touch> report();

  Axis x_;
  Axis y_;
  bool multi_touch_;
  int slot_ = 0;
  int followed_ = -1;  ///< the slot of the finger that counts
  int x_now_ = 0;
  int y_now_ = 0;
  bool pressed_ = false;  ///< as the last report left it
  bool will_be_pressed_ = false;
  bool moved_ = false;
  bool lost_ = false;  ///< SYN_DROPPED: nothing counts until the next report
};

}  // namespace madoguchi::ui
