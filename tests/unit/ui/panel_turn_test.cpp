// A picture turned on its panel, and touches turned back.
#include "ui/app/panel_turn.h"

#include <set>

#include <CppUTest/TestHarness.h>

using namespace madoguchi::ui;

namespace {
constexpr int width = 3;
constexpr int height = 5;
constexpr Rotation rotations[] = {Rotation::none, Rotation::quarter, Rotation::half,
                                  Rotation::three_quarters};
}  // namespace

TEST_GROUP(PanelTurn){};

TEST(PanelTurn, every_pixel_has_a_place_of_its_own) {
  for (const Rotation rotation : rotations) {
    const PanelTurn turn{rotation, width, height};
    std::set<std::array<int, 2>> places;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto place = turn.on_panel(x, y);
        CHECK(place[0] >= 0 && place[0] < turn.panel_width());
        CHECK(place[1] >= 0 && place[1] < turn.panel_height());
        places.insert(place);
      }
    }
    LONGS_EQUAL(width * height, places.size());
  }
}

TEST(PanelTurn, a_touch_means_the_pixel_that_is_seen_there) {
  for (const Rotation rotation : rotations) {
    const PanelTurn turn{rotation, width, height};
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto place = turn.on_panel(x, y);
        const Point touched = turn.in_picture(
            static_cast<double>(place[0]) / (turn.panel_width() - 1),
            static_cast<double>(place[1]) / (turn.panel_height() - 1), no_calibration);
        DOUBLES_EQUAL(x, touched.x, 1e-9);
        DOUBLES_EQUAL(y, touched.y, 1e-9);
      }
    }
  }
}

TEST(PanelTurn, a_quarter_is_clockwise) {
  // The picture's upper left corner comes to the panel's upper right one.
  const auto place = PanelTurn{Rotation::quarter, width, height}.on_panel(0, 0);
  LONGS_EQUAL(height - 1, place[0]);
  LONGS_EQUAL(0, place[1]);
}

TEST(PanelTurn, the_calibration_is_libinputs_matrix) {
  const auto mirrored = parse_calibration("-1 0 1 0 1 0");
  CHECK(mirrored.ok());
  const Point touched = PanelTurn{Rotation::none, 101, 101}.in_picture(0.25, 0.5, *mirrored);
  DOUBLES_EQUAL(75, touched.x, 1e-9);
  DOUBLES_EQUAL(50, touched.y, 1e-9);
}

TEST(PanelTurn, no_touch_leaves_the_picture) {
  const auto twice = parse_calibration("2 0 0 0 2 -1");
  CHECK(twice.ok());
  const Point touched = PanelTurn{Rotation::none, 101, 101}.in_picture(0.9, 0.1, *twice);
  DOUBLES_EQUAL(100, touched.x, 1e-9);
  DOUBLES_EQUAL(0, touched.y, 1e-9);
}

TEST(PanelTurn, a_calibration_needs_six_numbers) {
  for (const char* const wrong : {"", "1 0 0", "1 0 0 0 1 0 0", "1,0,0,0,1,0", "a 0 0 0 1 0"})
    CHECK_FALSE(parse_calibration(wrong).ok());
}
