#include "firmware/call/device.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::call;
using Kind = Device::Kind;
using Seam = Device::Seam;

TEST_GROUP(Device){};

TEST(Device, is_named_by_what_it_hangs_on) {
  CHECK_TRUE(Seam::v4l2 == parse_device(Kind::camera, "v4l2:/dev/video0")->seam);
  CHECK_TRUE(Seam::alsa == parse_device(Kind::microphone, "alsa:hw:CARD=Headset")->seam);
  STRCMP_EQUAL("hw:CARD=Headset",
               parse_device(Kind::microphone, "alsa:hw:CARD=Headset")->name.c_str());
  CHECK_TRUE(Seam::pipewire == parse_device(Kind::speaker, "pipewire")->seam);
  CHECK_TRUE(Seam::none == parse_device(Kind::speaker, "none")->seam);
  CHECK_TRUE(Seam::file == parse_device(Kind::camera, "file:a b.y4m")->seam);
}

TEST(Device, a_wrong_one_says_what_may_stand_there) {
  const auto wrong = parse_device(Kind::camera, "usb:1");
  CHECK_FALSE(wrong.ok());
  STRCMP_EQUAL("must be one of v4l2:..., file:...", wrong.error().what.c_str());
  for (const char* const text : {"", "v4l2:", "file:", "pipewire:x", "none", "alsa:default"})
    CHECK_FALSE(parse_device(Kind::camera, text).ok());
}

TEST(Device, nothing_in_its_name_is_read_as_a_pipeline) {
  CHECK_FALSE(parse_device(Kind::camera, "v4l2:/dev/video0\" ! filesink location=\"x").ok());
  CHECK_FALSE(parse_device(Kind::camera, "file:a\\\"b").ok());
  CHECK_FALSE(parse_device(Kind::camera, "file:a\nb").ok());
}

TEST(Device, one_that_is_not_plugged_in_is_not_there) {
  CHECK_FALSE(is_there(*parse_device(Kind::camera, "v4l2:/dev/no-such-camera")));
  CHECK_FALSE(is_there(*parse_device(Kind::camera, "file:/nonexistent/a.y4m")));
  CHECK_TRUE(is_there(*parse_device(Kind::camera, "file:/dev/null")));
}
