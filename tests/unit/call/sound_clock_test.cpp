#include "firmware/call/sound_clock.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::call;
using namespace std::chrono_literals;

TEST_GROUP(SoundClock) {
  SoundClock clock{{80ms, 20ms}};
  void lies_at(SoundClock::Time expected, bool follows, SoundClock::Time now) {
    const auto place = clock.place(now, 20ms);
    CHECK_TRUE(expected == place.at);
    CHECK_EQUAL(follows, place.follows);
  }
};

TEST(SoundClock, parts_that_come_unevenly_lie_side_by_side) {
  lies_at(1000ms, false, 1000ms);
  lies_at(1020ms, true, 1035ms);
  lies_at(1040ms, true, 1036ms);
  lies_at(1060ms, true, 1037ms);
  lies_at(1080ms, true, 1100ms);
}

TEST(SoundClock, what_comes_too_late_is_not_taken_for_earlier) {
  lies_at(1000ms, false, 1000ms);
  lies_at(1041ms, false, 1041ms);
  lies_at(1061ms, true, 1060ms);
}

TEST(SoundClock, what_waits_does_not_wait_ever_longer) {
  for (int i = 0; i < 20; ++i) {
    const SoundClock::Time now = 1000ms + i * 1ms;  // twenty times too fast
    CHECK_TRUE(clock.place(now, 20ms).at - now <= 80ms);
  }
}

TEST(SoundClock, after_one_that_was_late_the_next_have_more_time) {
  clock = SoundClock({200ms, 20ms, 20ms, 20ms, 60ms});
  lies_at(1020ms, false, 1000ms);
  lies_at(1040ms, true, 1050ms);
  lies_at(1121ms, false, 1081ms);  // 40 ms ahead of it from now on
  lies_at(1141ms, true, 1160ms);
  lies_at(1242ms, false, 1182ms);  // 60
  lies_at(1363ms, false, 1303ms);  // and never more
}

TEST(SoundClock, a_device_that_was_opened_anew_begins_anew) {
  lies_at(1000ms, false, 1000ms);
  clock.begin();
  lies_at(1010ms, false, 1010ms);
}
