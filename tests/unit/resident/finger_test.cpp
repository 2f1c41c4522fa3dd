// The finger against a real X server: what it taps arrives in a window as a touch of a panel would.
#include "tools/emulators/resident/finger.h"

#include <array>
#include <cstdlib>
#include <string>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// Xlib's macros come last.
#include <CppUTest/TestHarness.h>
#include <X11/Xlib.h>

using madoguchi::resident::Finger;

extern char** environ;

/// An X server of its own, on a display number that it chose itself.
class Xvfb {
 public:
  Xvfb() {
    std::array<int, 2> number{};
    CHECK_EQUAL(0, ::pipe(number.data()));
    const std::string fd = std::to_string(number[1]);
    std::array<const char*, 8> command{"Xvfb", "-displayfd",   fd.c_str(),   "-screen",
                                       "0",    "1080x1920x24", "-terminate", nullptr};
    CHECK_EQUAL(0, ::posix_spawnp(&pid_, "Xvfb", nullptr, nullptr,
                                  const_cast<char**>(command.data()), environ));
    ::close(number[1]);
    std::array<char, 16> digits{};
    CHECK_TRUE(::read(number[0], digits.data(), digits.size() - 1) > 0);
    ::close(number[0]);
    display_ = ":" + std::to_string(std::atoi(digits.data()));
  }
  ~Xvfb() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  const std::string& display() const { return display_; }

 private:
  pid_t pid_ = 0;
  std::string display_;
};

TEST_GROUP(Finger){};

TEST(Finger, presses_and_lets_go_at_the_pixel) {
  const Xvfb server;
  Display* display = XOpenDisplay(server.display().c_str());
  CHECK_TRUE(display != nullptr);
  const Window window =
      XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1080, 1920, 0, 0, 0);
  XSelectInput(display, window, ButtonPressMask | ButtonReleaseMask | ExposureMask);
  XMapWindow(display, window);
  XEvent event;
  XWindowEvent(display, window, ExposureMask, &event);

  const auto finger = Finger::open(server.display());
  CHECK_TRUE(finger.ok());
  (*finger)->tap(540, 1800);

  XWindowEvent(display, window, ButtonPressMask | ButtonReleaseMask, &event);
  CHECK_EQUAL(ButtonPress, event.type);
  CHECK_EQUAL(540, event.xbutton.x);
  CHECK_EQUAL(1800, event.xbutton.y);
  XWindowEvent(display, window, ButtonPressMask | ButtonReleaseMask, &event);
  CHECK_EQUAL(ButtonRelease, event.type);
  XCloseDisplay(display);
}

TEST(Finger, says_when_there_is_no_such_display) {
  const auto finger = Finger::open(":59999");
  CHECK_FALSE(finger.ok());
  STRCMP_CONTAINS(":59999", finger.error().text().c_str());
}
