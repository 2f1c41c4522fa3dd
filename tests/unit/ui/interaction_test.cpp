#include "ui/kit/interaction.h"

#include <memory>

#include <CppUTest/TestHarness.h>

#include "tests/unit/ui/samples.h"
#include "tests/unit/ui/test_fonts.h"

using namespace madoguchi;
using namespace madoguchi::ui;
using namespace std::chrono_literals;

namespace {

std::string said(const std::optional<std::string>& intent) { return intent.value_or("-"); }

}  // namespace

TEST_GROUP(Interaction) {
  std::unique_ptr<Layout> layout;
  Interaction hands;
  Interaction::Time now{};

  void setup() override { show(pin_sample("ja", TextSize::m, 1, 3), false); }
  Rect rect(std::string_view id) {
    return layout->targets[static_cast<std::size_t>(layout->target_named(id))].rect;
  }
  Point at(std::string_view id) { return rect(id).centre(); }
  std::string tap(Point where) {
    hands.finger_down(where);
    return said(hands.finger_up(where, now));
  }
  std::string tap(std::string_view id) { return tap(at(id)); }
  void show(const Screen& screen, bool same_screen) {
    auto next = std::make_unique<Layout>(lay_out(test_fonts(), {}, {}, screen));
    hands.show(*next, same_screen);  // the old layout lives until the new one is known
    layout = std::move(next);
  }
  std::string focused() {
    const int index = hands.state().focused;
    return index < 0 ? "-" : layout->targets[static_cast<std::size_t>(index)].id;
  }
};

TEST(Interaction, acts_on_release) {
  hands.finger_down(at("digit.5"));
  LONGS_EQUAL(layout->target_named("digit.5"), hands.state().pressed);
  STRCMP_EQUAL("digit.5", said(hands.finger_up(at("digit.5"), now)).c_str());
  LONGS_EQUAL(-1, hands.state().pressed);
}

TEST(Interaction, sliding_off_cancels_even_when_the_finger_comes_back) {
  hands.finger_down(at("digit.5"));
  hands.finger_moved(at("digit.6"));
  LONGS_EQUAL(-1, hands.state().pressed);
  hands.finger_moved(at("digit.5"));
  STRCMP_EQUAL("-", said(hands.finger_up(at("digit.5"), now)).c_str());
}

TEST(Interaction, release_elsewhere_presses_nothing) {
  hands.finger_down(at("digit.5"));
  STRCMP_EQUAL("-", said(hands.finger_up(at("digit.6"), now)).c_str());
}

TEST(Interaction, a_finger_that_came_down_beside_presses_nothing) {
  hands.finger_down({1, 1});
  STRCMP_EQUAL("-", said(hands.finger_up(at("digit.6"), now)).c_str());
}

TEST(Interaction, a_disabled_control_cannot_be_pressed) {
  STRCMP_EQUAL("-", tap("pin.ok").c_str());
}

TEST(Interaction, a_trembling_finger_presses_once) {
  STRCMP_EQUAL("cancel", tap("cancel").c_str());
  now += 499ms;
  STRCMP_EQUAL("-", tap("cancel").c_str());
  now += 1ms;
  STRCMP_EQUAL("cancel", tap("cancel").c_str());
}

TEST(Interaction, digits_can_be_typed_fast_but_do_not_bounce) {
  STRCMP_EQUAL("digit.5", tap("digit.5").c_str());
  now += 30ms;
  STRCMP_EQUAL("-", tap("digit.5").c_str());
  now += 60ms;
  STRCMP_EQUAL("digit.5", tap("digit.5").c_str());
  now += 10ms;
  STRCMP_EQUAL("digit.6", tap("digit.6").c_str());
}

TEST(Interaction, a_second_tap_does_not_press_what_has_appeared_under_the_finger) {
  show(sample_named("review"), false);
  const Point pay = at("pay");
  show(sample_named("form"), false);
  const Point next = at("next");
  STRCMP_EQUAL("next", tap(next).c_str());
  show(sample_named("review"), false);
  CHECK(rect("pay").contains(next));
  now += 200ms;
  STRCMP_EQUAL("-", tap(next).c_str());
  now += 400ms;
  STRCMP_EQUAL("pay", tap(pay).c_str());
}

TEST(Interaction, a_held_digit_survives_the_next_ring_but_not_another_screen) {
  hands.finger_down(at("digit.5"));
  show(pin_sample("ja", TextSize::m, 2, 3), true);
  STRCMP_EQUAL("digit.5", said(hands.finger_up(at("digit.5"), now)).c_str());
  now += 1s;
  hands.finger_down(at("digit.5"));
  const Point where = at("digit.5");
  show(sample_named("kinds"), false);
  STRCMP_EQUAL("-", said(hands.finger_up(where, now)).c_str());
}

TEST(Interaction, the_focus_goes_through_what_can_be_pressed_in_reading_order) {
  STRCMP_EQUAL("-", focused().c_str());
  hands.key(ui::Key::next, now);
  STRCMP_EQUAL("digit.1", focused().c_str());
  hands.key(ui::Key::previous, now);
  STRCMP_EQUAL("text_size.xl", focused().c_str());
  for (int i = 0; i < 12; ++i) hands.key(ui::Key::next, now);
  // Ten digits, erase, and pin.ok is disabled.
  STRCMP_EQUAL("cancel", focused().c_str());
  hands.key(ui::Key::next, now);
  STRCMP_EQUAL("language.ja", focused().c_str());
}

TEST(Interaction, arrows_move_as_the_eye_does) {
  hands.key(ui::Key::next, now);
  hands.key(ui::Key::down, now);
  STRCMP_EQUAL("digit.4", focused().c_str());
  hands.key(ui::Key::right, now);
  STRCMP_EQUAL("digit.5", focused().c_str());
  hands.key(ui::Key::up, now);
  STRCMP_EQUAL("digit.2", focused().c_str());
  hands.key(ui::Key::left, now);
  hands.key(ui::Key::left, now);
  STRCMP_EQUAL("digit.1", focused().c_str());
}

TEST(Interaction, keys_press_erase_and_leave) {
  hands.key(ui::Key::next, now);
  STRCMP_EQUAL("digit.1", said(hands.key(ui::Key::press, now)).c_str());
  STRCMP_EQUAL("digit.8", said(hands.typed('8', now)).c_str());
  STRCMP_EQUAL("erase", said(hands.key(ui::Key::erase, now)).c_str());
  STRCMP_EQUAL("cancel", said(hands.key(ui::Key::leave, now)).c_str());
}

TEST(Interaction, escape_goes_back_rather_than_away) {
  show(sample_named("review"), false);
  STRCMP_EQUAL("back", said(hands.key(ui::Key::leave, now)).c_str());
}

TEST(Interaction, a_digit_without_a_pad_presses_nothing) {
  show(sample_named("review"), false);
  STRCMP_EQUAL("-", said(hands.typed('5', now)).c_str());
}

TEST(Interaction, the_focus_hides_from_a_finger_and_follows_its_control_to_the_next_screen) {
  hands.key(ui::Key::next, now);
  show(pin_sample("ja", TextSize::m, 2, 3), true);
  STRCMP_EQUAL("digit.1", focused().c_str());
  show(sample_named("kinds"), false);
  STRCMP_EQUAL("residence", focused().c_str());
  hands.finger_down({1, 1});
  STRCMP_EQUAL("-", focused().c_str());
}
