#include "hal/gpio/booth_line.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "hal/gpio/gpio_booth_switch.h"

using namespace madoguchi;
using namespace std::chrono_literals;

TEST_GROUP(booth_line){};

TEST(booth_line, a_chip_and_a_number) {
  const auto line = BoothLine::parse("/dev/gpiochip0:17");
  CHECK(line.has_value());
  STRCMP_EQUAL("/dev/gpiochip0", line->chip.c_str());
  LONGS_EQUAL(17, line->number);
  CHECK_FALSE(line->inverted);
  CHECK_TRUE(BoothLine::parse("/dev/gpiochip1:!3")->inverted);
}

TEST(booth_line, anything_else_is_refused) {
  for (const char* text :
       {"", "17", "/dev/gpiochip0", "/dev/gpiochip0:", "/dev/:1", "gpiochip0:1",
        "/dev/gpiochip0:-1", "/dev/gpiochip0:1x", "/dev/gpiochip0:!!1", "/dev/gpiochip0:99999"})
    CHECK_FALSE(BoothLine::parse(text).has_value());
}

TEST(booth_line, a_line_that_is_not_there_is_an_open_door) {
  VirtualTimers timers{Timers::Wall{}};
  asio::io_context loop;
  const auto booth = make_gpio_booth_switch(loop.get_executor(), timers, "/dev/no-such-chip:1");
  CHECK_FALSE(booth->closed());
  bool ended = false;
  asio::co_spawn(loop, booth->changed(), [&](std::exception_ptr) { ended = true; });
  for (int i = 0; i < 5; ++i) {
    loop.restart();
    loop.poll();
    timers.advance(1s);
  }
  CHECK_FALSE(ended);
  // Not a GPIO chip either.
  CHECK_FALSE(make_gpio_booth_switch(loop.get_executor(), timers, "/dev/null:1")->closed());
}
