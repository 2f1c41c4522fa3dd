#include "firmware/call/sound_level.h"

#include <array>

#include <CppUTest/TestHarness.h>

using namespace madoguchi::call;
using namespace std::chrono_literals;

TEST_GROUP(SoundLevel) {
  SoundLevel level;
  SoundLevel::Time now{std::chrono::hours(1)};
  void hear(std::int16_t peak) {
    const std::array<std::int16_t, 4> samples{0, peak, static_cast<std::int16_t>(-peak / 2), 0};
    level.add(samples);
  }
};

TEST(SoundLevel, the_peak_is_told_in_decibels_and_forgotten) {
  hear(16384);
  DOUBLES_EQUAL(-6.0, level.take(now), 0.1);
  DOUBLES_EQUAL(silence_dbfs, level.take(now), 0.001);
}

TEST(SoundLevel, the_lowest_sample_is_full_scale) {
  hear(-32768);
  DOUBLES_EQUAL(0.0, level.take(now), 0.001);
}

TEST(SoundLevel, three_seconds_of_digital_silence_are_noticed) {
  level.start(now);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(level.silent(now));
    hear(1);  // what a codec makes of nothing
    now += 1s;
    level.take(now);
  }
  CHECK_TRUE(level.silent(now));
  hear(40);
  level.take(now);
  CHECK_FALSE(level.silent(now));
}
