#include "ui/kit/practice_finger.h"

#include <algorithm>
#include <cmath>

namespace madoguchi::ui {
namespace {

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

bool on(const Target& target, PracticeKind kind, Point at) {
  if (kind == PracticeKind::swipe) return target.rect.contains(at);
  return distance(target.rect.centre(), at) <= target.rect.w / 2;
}

}  // namespace

bool PracticeFinger::down(const Layout& layout, Point at, Time now) {
  if (!layout.practice || !layout.practice->rect.contains(at)) return false;
  const PracticeField& field = *layout.practice;
  Touch touch;
  touch.field = field;
  touch.target = layout.targets.at(static_cast<std::size_t>(field.target));
  touch.mm = layout.panel.px(1);
  touch.began = touch.now = at;
  touch.since = now;
  touch.on_target = on(touch.target, field.kind, at);
  touch_ = std::move(touch);
  return true;
}

void PracticeFinger::moved(Point at) {
  if (!touch_) return;
  touch_->now = at;
  touch_->wandered = std::max(touch_->wandered, distance(touch_->began, at));
}

std::optional<std::string> PracticeFinger::up(Point at, Time now) {
  moved(at);
  const auto touch = std::exchange(touch_, std::nullopt);
  if (!touch) return std::nullopt;
  const auto miss = judge(*touch, now);
  if (miss) return "practice." + std::string(codec::enum_name(*miss));
  if (touch->field.kind == PracticeKind::tap) last_ = {touch->began, now};
  return touch->target.id;
}

std::optional<PracticeMiss> PracticeFinger::judge(const Touch& touch, Time now) const {
  // After a tap that went well the target has moved on: a second tap at the old place is one tap
  // too many, not a miss.
  const bool again = last_ && touch.since - last_->second < second_tap &&
                     distance(touch.began, last_->first) < 2 * trembling_mm * touch.mm;
  if (again && touch.field.kind == PracticeKind::tap) return PracticeMiss::twice;
  if (!touch.on_target) return PracticeMiss::missed;
  if (touch.field.kind == PracticeKind::swipe) return judge_swipe(touch);
  const auto held = now - touch.since;
  const bool wandered = touch.wandered > trembling_mm * touch.mm;
  if (wandered) return PracticeMiss::slid_off;
  if (touch.field.kind == PracticeKind::tap && held > longest_tap) return PracticeMiss::too_long;
  if (touch.field.kind == PracticeKind::hold && held < shortest_hold)
    return PracticeMiss::too_short;
  return std::nullopt;
}

/// To the left, as the pages of a telephone go.
std::optional<PracticeMiss> PracticeFinger::judge_swipe(const Touch& touch) {
  const double left = touch.began.x - touch.now.x;
  const double upright = std::abs(touch.now.y - touch.began.y);
  const bool went_somewhere = touch.wandered > trembling_mm * touch.mm;
  if (went_somewhere && (left < 0 || upright > left)) return PracticeMiss::crooked;
  if (left < shortest_swipe_mm * touch.mm) return PracticeMiss::too_short;
  return std::nullopt;
}

void PracticeFinger::show_in(ViewState& state) const {
  if (!touch_ || !touch_->on_target) return;
  state.pressed = touch_->field.target;
  if (touch_->field.kind == PracticeKind::swipe) state.drag = touch_->now.x - touch_->began.x;
}

}  // namespace madoguchi::ui
