// What the finger is told, and what is sent for it.

#include <memory>

#include <CppUTest/TestHarness.h>

#include "tests/unit/ui/samples.h"
#include "tests/unit/ui/test_fonts.h"
#include "ui/kit/practice_finger.h"

using namespace madoguchi;
using namespace madoguchi::ui;
using namespace std::chrono_literals;

TEST_GROUP(PracticeFinger) {
  std::unique_ptr<Layout> layout;
  PracticeFinger finger;
  PracticeFinger::Time now{};

  void show(const char* name) {
    layout = std::make_unique<Layout>(
        lay_out(test_fonts(), {}, {}, sample_named(name, "ja", TextSize::m)));
    CHECK_TRUE(layout->practice.has_value());
  }
  [[nodiscard]] Rect target() const {
    return layout->targets[static_cast<std::size_t>(layout->practice->target)].rect;
  }
  [[nodiscard]] double mm(double value) const { return layout->panel.px(value); }
  /// Down at one point, up at the other, so much later.
  std::string touch(Point from, Point to, std::chrono::milliseconds held) {
    CHECK_TRUE(finger.down(*layout, from, now));
    finger.moved({(from.x + to.x) / 2, (from.y + to.y) / 2});
    now += held;
    return finger.up(to, now).value_or("-");
  }
  std::string tap(Point at, std::chrono::milliseconds held = 80ms) { return touch(at, at, held); }
};

TEST(PracticeFinger, a_gentle_tap) {
  show("practice.tap");
  STRCMP_EQUAL("practice.target", tap(target().centre()).c_str());
}

TEST(PracticeFinger, a_hand_that_trembles_has_tapped) {
  show("practice.tap");
  const Point at = target().centre();
  STRCMP_EQUAL("practice.target", touch(at, {at.x + mm(5), at.y - mm(4)}, 400ms).c_str());
}

TEST(PracticeFinger, too_long) {
  show("practice.tap");
  STRCMP_EQUAL("practice.too_long", tap(target().centre(), 950ms).c_str());
}

TEST(PracticeFinger, slid_off) {
  show("practice.tap");
  const Point at = target().centre();
  STRCMP_EQUAL("practice.slid_off", touch(at, {at.x + mm(30), at.y}, 200ms).c_str());
}

TEST(PracticeFinger, beside_it) {
  show("practice.tap");
  STRCMP_EQUAL("practice.missed", tap({target().right() + mm(10), target().y}).c_str());
  // The corner of the square around the circle is beside it too.
  STRCMP_EQUAL("practice.missed", tap({target().x + 2, target().y + 2}).c_str());
}

TEST(PracticeFinger, a_second_tap_at_once_is_one_too_many) {
  show("practice.tap");
  const Point at = target().centre();
  tap(at);
  now += 200ms;
  STRCMP_EQUAL("practice.twice", tap(at).c_str());
  now += 2s;
  STRCMP_EQUAL("practice.target", tap(at).c_str());
}

TEST(PracticeFinger, a_hold) {
  show("practice.hold");
  STRCMP_EQUAL("practice.too_short", tap(target().centre(), 300ms).c_str());
  STRCMP_EQUAL("practice.target", tap(target().centre(), 5s).c_str());
}

TEST(PracticeFinger, a_swipe_to_the_left) {
  show("practice.swipe");
  const Point at = target().centre();
  STRCMP_EQUAL("practice.target", touch(at, {at.x - mm(50), at.y + mm(8)}, 300ms).c_str());
  STRCMP_EQUAL("practice.too_short", touch(at, {at.x - mm(15), at.y}, 300ms).c_str());
  STRCMP_EQUAL("practice.too_short", touch(at, at, 300ms).c_str());
  STRCMP_EQUAL("practice.crooked", touch(at, {at.x + mm(50), at.y}, 300ms).c_str());
  STRCMP_EQUAL("practice.crooked", touch(at, {at.x - mm(20), at.y + mm(40)}, 300ms).c_str());
  STRCMP_EQUAL(
      "practice.missed",
      touch({layout->practice->rect.x + 3, layout->practice->rect.y + 3}, at, 300ms).c_str());
}

TEST(PracticeFinger, the_card_follows_the_finger) {
  show("practice.swipe");
  const Point at = target().centre();
  finger.down(*layout, at, now);
  finger.moved({at.x - 40, at.y});
  ViewState state;
  finger.show_in(state);
  LONGS_EQUAL(layout->practice->target, state.pressed);
  DOUBLES_EQUAL(-40, state.drag, 0.01);
  finger.forget();
  CHECK_FALSE(finger.is_down());
}

TEST(PracticeFinger, the_rest_of_the_screen_is_not_its_own) {
  show("practice.tap");
  CHECK_FALSE(finger.down(*layout, layout->targets.back().rect.centre(), now));
  layout = std::make_unique<Layout>(
      lay_out(test_fonts(), {}, {}, sample_named("practice.type", "ja", TextSize::m)));
  CHECK_FALSE(finger.down(*layout, layout->targets.front().rect.centre(), now));
}
