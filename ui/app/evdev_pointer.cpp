#include "ui/app/evdev_pointer.h"

namespace madoguchi::ui {

Touch EvdevPointer::touch(Touch::Kind kind) const {
  return {kind, x_.part(x_now_), y_.part(y_now_)};
}

std::optional<Touch> EvdevPointer::lose() {
  const bool was = pressed_;
  pressed_ = will_be_pressed_ = moved_ = false;
  followed_ = -1;
  if (!was) return std::nullopt;
  return touch(Touch::Kind::up);
}

std::optional<Touch> EvdevPointer::feed(const input_event& event) {
  if (event.type == EV_SYN && event.code == SYN_DROPPED) {
    lost_ = true;
    return lose();
  }
  if (event.type == EV_SYN && event.code == SYN_REPORT) {
    if (lost_) {
      lost_ = false;
      return std::nullopt;
    }
    return report();
  }
  if (lost_) return std::nullopt;
  if (multi_touch_) {
    feed_finger(event);
  } else {
    feed_point(event);
  }
  return std::nullopt;
}

void EvdevPointer::feed_finger(const input_event& event) {
  if (event.type != EV_ABS) return;
  if (event.code == ABS_MT_SLOT) slot_ = event.value;
  if (event.code == ABS_MT_TRACKING_ID) {
    if (event.value >= 0 && followed_ < 0) {
      followed_ = slot_;
      will_be_pressed_ = true;
    } else if (event.value < 0 && followed_ == slot_) {
      followed_ = -1;
      will_be_pressed_ = false;
    }
  }
  if (slot_ != followed_) return;
  if (event.code == ABS_MT_POSITION_X) x_now_ = event.value, moved_ = true;
  if (event.code == ABS_MT_POSITION_Y) y_now_ = event.value, moved_ = true;
}

void EvdevPointer::feed_point(const input_event& event) {
  if (event.type == EV_KEY && (event.code == BTN_TOUCH || event.code == BTN_LEFT))
    will_be_pressed_ = event.value != 0;
  if (event.type != EV_ABS) return;
  if (event.code == ABS_X) x_now_ = event.value, moved_ = true;
  if (event.code == ABS_Y) y_now_ = event.value, moved_ = true;
}

std::optional<Touch> EvdevPointer::report() {
  const bool was = pressed_;
  const bool moved = moved_;
  pressed_ = will_be_pressed_;
  moved_ = false;
  if (pressed_ && !was) return touch(Touch::Kind::down);
  if (!pressed_ && was) return touch(Touch::Kind::up);
  if (moved && pressed_) return touch(Touch::Kind::moved);
  return std::nullopt;
}

}  // namespace madoguchi::ui
