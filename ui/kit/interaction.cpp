#include "ui/kit/interaction.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace madoguchi::ui {
namespace {

bool is_pad_key(Role role) { return role == Role::digit || role == Role::erase; }

}  // namespace

void Interaction::show(const Layout& layout, bool same_question) {
  const Target* const held = at(state_.pressed);
  const Target* const focused = at(state_.focused);
  ViewState next;
  if (held && same_question) {
    const int again = layout.target_named(held->id);
    if (again >= 0 && layout.targets[static_cast<std::size_t>(again)].enabled &&
        layout.targets[static_cast<std::size_t>(again)].rect.contains(finger_)) {
      next.pressed = again;
    }
  }
  const int again = focused ? layout.target_named(focused->id) : -1;
  layout_ = &layout;
  state_ = next;
  if (!keys_in_use_) return;
  const Target* const target = at(again);
  state_.focused = target && target->enabled ? again : first_enabled();
}

const Target* Interaction::at(int index) const {
  if (!layout_ || index < 0 || static_cast<std::size_t>(index) >= layout_->targets.size())
    return nullptr;
  return &layout_->targets[static_cast<std::size_t>(index)];
}

void Interaction::finger_down(Point where) {
  if (!layout_) return;
  finger_ = where;
  keys_in_use_ = false;
  state_.focused = -1;
  const int index = layout_->target_at(where);
  const Target* const target = at(index);
  state_.pressed = target && target->enabled ? index : -1;
}

void Interaction::finger_moved(Point where) {
  finger_ = where;
  const Target* const target = at(state_.pressed);
  if (target && !target->rect.contains(where)) state_.pressed = -1;
}

std::optional<std::string> Interaction::finger_up(Point where, Time now) {
  finger_moved(where);
  const int index = state_.pressed;
  state_.pressed = -1;
  return activate(index, where, now);
}

std::optional<std::string> Interaction::activate(int index, Point where, Time now) {
  const Target* const target = at(index);
  if (!target || !target->enabled) return std::nullopt;
  if (last_) {
    const auto since = now - last_->time;
    // By place, not by name: after a change of screens another control may lie under the same
    // finger.
    if (is_pad_key(target->role)) {
      if (last_->control == target->id && since < digit_guard) return std::nullopt;
    } else if (target->rect.contains(last_->where) && since < repeat_guard) {
      return std::nullopt;
    }
  }
  last_ = Press{now, where, target->id};
  return target->id;
}

std::optional<std::string> Interaction::activate_role(std::initializer_list<Role> roles, Time now) {
  if (!layout_) return std::nullopt;
  for (const Role role : roles) {
    for (std::size_t i = 0; i < layout_->targets.size(); ++i) {
      const Target& target = layout_->targets[i];
      if (target.role == role && target.enabled) {
        return activate(static_cast<int>(i), target.rect.centre(), now);
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> Interaction::key(Key key, Time now) {
  switch (key) {
    case Key::erase:
      return activate_role({Role::erase}, now);
    case Key::leave:
      return activate_role({Role::back, Role::cancel}, now);
    case Key::press:
      if (const Target* const target = at(state_.focused)) {
        return activate(state_.focused, target->rect.centre(), now);
      }
      [[fallthrough]];
    case Key::next:
      step_focus(+1);
      return std::nullopt;
    case Key::previous:
      step_focus(-1);
      return std::nullopt;
    default:
      move_focus(key);
      return std::nullopt;
  }
}

std::optional<std::string> Interaction::typed(char digit, Time now) {
  if (!layout_) return std::nullopt;
  for (std::size_t i = 0; i < layout_->targets.size(); ++i) {
    const Target& target = layout_->targets[i];
    if (target.role == Role::digit && target.typed == digit) {
      return activate(static_cast<int>(i), target.rect.centre(), now);
    }
  }
  return std::nullopt;
}

int Interaction::first_enabled() const {
  if (!layout_) return -1;
  const auto found = std::ranges::find(layout_->targets, true, &Target::enabled);
  return found == layout_->targets.end() ? -1 : static_cast<int>(found - layout_->targets.begin());
}

void Interaction::step_focus(int step) {
  if (!layout_) return;
  keys_in_use_ = true;
  const int count = static_cast<int>(layout_->targets.size());
  if (first_enabled() < 0) return;
  int index = state_.focused < 0 ? (step > 0 ? -1 : count) : state_.focused;
  do {
    index = (index + step + count) % count;
  } while (!at(index)->enabled);
  state_.focused = index;
}

void Interaction::move_focus(Key direction) {
  const Target* const from = at(state_.focused);
  if (!from) return step_focus(+1);
  const Point start = from->rect.centre();
  int best = -1;
  double best_cost = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < layout_->targets.size(); ++i) {
    const Target& target = layout_->targets[i];
    if (!target.enabled || static_cast<int>(i) == state_.focused) continue;
    const double dx = target.rect.centre().x - start.x;
    const double dy = target.rect.centre().y - start.y;
    const bool sideways = direction == Key::left || direction == Key::right;
    const double along = direction == Key::left    ? -dx
                         : direction == Key::right ? dx
                         : direction == Key::up    ? -dy
                                                   : dy;
    const double across = std::abs(sideways ? dy : dx);
    // What lies straight ahead comes before what is near but aside, and far aside is another
    // direction.
    if (along <= 1 || across > 4 * along) continue;
    const double cost = along + 2.5 * across;
    if (cost < best_cost) {
      best_cost = cost;
      best = static_cast<int>(i);
    }
  }
  if (best >= 0) state_.focused = best;
}

}  // namespace madoguchi::ui
