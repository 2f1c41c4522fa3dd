// The console draws the kiosk's screens from data. The samples that its own tests draw
// (tools/console/tests) are screens as firmware/message/screen.h has them: no field more, none
// less.

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/message/screen.h"

using namespace madoguchi;

TEST_GROUP(ConsoleScreens){};

TEST(ConsoleScreens, the_samples_are_screens_and_come_back_the_same) {
  const auto bytes = read_file(MADOGUCHI_SOURCE_DIR "/tools/console/tests/screens.json", 1u << 20);
  CHECK(bytes.ok());
  const Json samples = Json::parse(bytes->begin(), bytes->end());
  CHECK(samples.size() >= std::variant_size_v<Body>);
  for (const Json& sample : samples) {
    const auto screen = from_json<Screen>(sample);
    if (!screen) FAIL(screen.error().text().c_str());
    STRCMP_EQUAL(sample.dump().c_str(), to_json(*screen).dump().c_str());
  }
}
