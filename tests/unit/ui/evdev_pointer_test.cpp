// The kernel's records of touch panels, read as one finger.
#include "ui/app/evdev_pointer.h"

#include <vector>

#include <CppUTest/TestHarness.h>

using namespace madoguchi::ui;

namespace {

struct Record {
  unsigned short type;
  unsigned short code;
  int value;
};
constexpr Record report{EV_SYN, SYN_REPORT, 0};

std::vector<Touch> touches(EvdevPointer& pointer, const std::vector<Record>& records) {
  std::vector<Touch> found;
  for (const Record& record : records) {
    input_event event{};
    event.type = record.type;
    event.code = record.code;
    event.value = record.value;
    if (const auto touch = pointer.feed(event)) found.push_back(*touch);
  }
  return found;
}

Record finger(unsigned short code, int value) { return {EV_ABS, code, value}; }

}  // namespace

TEST_GROUP(EvdevPointer) {
  EvdevPointer panel{{0, 1000}, {0, 2000}, true};
  EvdevPointer tablet{{0, 32767}, {0, 32767}, false};

  std::vector<Touch> put_first_finger() {
    return touches(panel, {finger(ABS_MT_SLOT, 0), finger(ABS_MT_TRACKING_ID, 7),
                           finger(ABS_MT_POSITION_X, 250), finger(ABS_MT_POSITION_Y, 500), report});
  }
};

TEST(EvdevPointer, a_finger_comes_moves_and_goes) {
  const auto down = put_first_finger();
  LONGS_EQUAL(1, down.size());
  CHECK(down[0].kind == Touch::Kind::down);
  DOUBLES_EQUAL(0.25, down[0].u, 1e-9);
  DOUBLES_EQUAL(0.25, down[0].v, 1e-9);
  const auto moved = touches(panel, {finger(ABS_MT_POSITION_X, 500), report});
  LONGS_EQUAL(1, moved.size());
  CHECK(moved[0].kind == Touch::Kind::moved);
  DOUBLES_EQUAL(0.5, moved[0].u, 1e-9);
  const auto up = touches(panel, {finger(ABS_MT_TRACKING_ID, -1), report});
  LONGS_EQUAL(1, up.size());
  CHECK(up[0].kind == Touch::Kind::up);
  DOUBLES_EQUAL(0.5, up[0].u, 1e-9);
}

TEST(EvdevPointer, the_first_finger_counts_and_no_other) {
  put_first_finger();
  LONGS_EQUAL(
      0, touches(panel, {finger(ABS_MT_SLOT, 1), finger(ABS_MT_TRACKING_ID, 8),
                         finger(ABS_MT_POSITION_X, 900), finger(ABS_MT_POSITION_Y, 900), report})
             .size());
  LONGS_EQUAL(0, touches(panel, {finger(ABS_MT_TRACKING_ID, -1), report}).size());
  const auto up = touches(panel, {finger(ABS_MT_SLOT, 0), finger(ABS_MT_TRACKING_ID, -1), report});
  LONGS_EQUAL(1, up.size());
  DOUBLES_EQUAL(0.25, up[0].u, 1e-9);
}

TEST(EvdevPointer, a_point_with_a_button) {
  LONGS_EQUAL(0, touches(tablet, {finger(ABS_X, 16384), finger(ABS_Y, 0), report}).size());
  const auto down = touches(tablet, {{EV_KEY, BTN_LEFT, 1}, report});
  LONGS_EQUAL(1, down.size());
  DOUBLES_EQUAL(0.5, down[0].u, 1e-3);
  const auto up = touches(tablet, {{EV_KEY, BTN_LEFT, 0}, report});
  LONGS_EQUAL(1, up.size());
  CHECK(up[0].kind == Touch::Kind::up);
}

TEST(EvdevPointer, lost_records_lift_the_finger) {
  put_first_finger();
  const auto lifted = touches(panel, {{EV_SYN, SYN_DROPPED, 0}});
  LONGS_EQUAL(1, lifted.size());
  CHECK(lifted[0].kind == Touch::Kind::up);
  // What stands between the loss and the next report is half of something.
  LONGS_EQUAL(0, touches(panel, {finger(ABS_MT_TRACKING_ID, 9), report}).size());
  LONGS_EQUAL(1, put_first_finger().size());
}

TEST(EvdevPointer, a_device_that_goes_lifts_its_finger_once) {
  put_first_finger();
  CHECK(panel.lose().has_value());
  CHECK_FALSE(panel.lose().has_value());
}
