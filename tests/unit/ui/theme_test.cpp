#include "ui/theme/theme.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::ui;

TEST_GROUP(Theme){};

TEST(Theme, contrast_is_that_of_WCAG) {
  DOUBLES_EQUAL(21.0, contrast(colour::black, colour::white), 0.01);
  DOUBLES_EQUAL(1.0, contrast(colour::blue, colour::blue), 0.01);
  DOUBLES_EQUAL(12.6, contrast(colour::text, colour::white), 0.1);
}

TEST(Theme, every_pairing_of_text_and_ground_has_seven_to_one) {
  for (const Colour ground : {colour::white, colour::page, colour::blue_pale, colour::yellow_pale,
                              colour::green_pale, colour::grey_pale}) {
    CHECK(contrast(colour::text, ground) >= 7);
    CHECK(contrast(colour::text_quiet, ground) >= 7);
  }
  for (const Colour ground : {colour::white, colour::blue_pale, colour::blue_soft}) {
    CHECK(contrast(colour::blue, ground) >= 7);
  }
  CHECK(contrast(colour::white, colour::blue_deep) >= 7);
}

TEST(Theme, edges_and_signs_have_three_to_one) {
  for (const Colour edge :
       {colour::edge, colour::blue, colour::green, colour::red, colour::amber}) {
    CHECK(contrast(edge, colour::white) >= 3);
  }
  CHECK(contrast(colour::yellow, colour::black) >= 14);
}

TEST(Theme, sizes_grow_and_none_is_below_the_smallest_allowed) {
  Sizes before = sizes_of(TextSize::s);
  for (const TextSize size : {TextSize::s, TextSize::m, TextSize::l, TextSize::xl}) {
    const Sizes now = sizes_of(size);
    for (const double em :
         {now.body, now.title, now.label, now.note, now.strip, now.header, now.digit, now.total}) {
      CHECK(em >= 5.3);
    }
    CHECK(now.body >= before.body && now.title >= before.title && now.note >= before.note);
    before = now;
  }
  DOUBLES_EQUAL(7.2, sizes_of(TextSize::m).body, 0.001);
  CHECK(sizes_of(TextSize::l).body >= 9.3);
  DOUBLES_EQUAL(13.0, sizes_of(TextSize::xl).body, 0.001);
}

TEST(Theme, millimetres_follow_the_panel) {
  const Panel panel;
  DOUBLES_EQUAL(1080, panel.px(194), 0.001);
  DOUBLES_EQUAL(20, panel.mm(panel.px(20)), 0.001);
}
