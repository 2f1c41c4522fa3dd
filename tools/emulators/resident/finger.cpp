#include "tools/emulators/resident/finger.h"

#include <thread>

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>

namespace madoguchi::resident {
namespace {

struct CloseDisplay {
  void operator()(Display* display) const { XCloseDisplay(display); }
};
using DisplayPtr = std::unique_ptr<Display, CloseDisplay>;

class XtestFinger final : public Finger {
 public:
  explicit XtestFinger(DisplayPtr display) : display_(std::move(display)) {}

  void tap(int x, int y) override { hold(x, y, std::chrono::milliseconds(0)); }

  void hold(int x, int y, std::chrono::milliseconds how_long) override {
    move(x, y);
    button(True);
    if (how_long.count() > 0) std::this_thread::sleep_for(how_long);
    button(False);
  }

  void slide(int from_x, int from_y, int to_x, int to_y) override {
    constexpr int pieces = 10;
    move(from_x, from_y);
    button(True);
    for (int i = 1; i <= pieces; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      move(from_x + (to_x - from_x) * i / pieces, from_y + (to_y - from_y) * i / pieces);
    }
    button(False);
  }

 private:
  void move(int x, int y) {
    XTestFakeMotionEvent(display_.get(), -1, x, y, CurrentTime);
    XSync(display_.get(), False);
  }
  void button(Bool down) {
    constexpr unsigned left = 1;
    XTestFakeButtonEvent(display_.get(), left, down, CurrentTime);
    XSync(display_.get(), False);
  }

  DisplayPtr display_;
};

}  // namespace

Result<std::unique_ptr<Finger>> Finger::open(const std::string& display) {
  DisplayPtr opened{XOpenDisplay(display.c_str())};
  if (!opened) return Error{Errc::gone, "display", "cannot open the X display '" + display + "'"};
  int event = 0, error = 0, major = 0, minor = 0;
  if (!XTestQueryExtension(opened.get(), &event, &error, &major, &minor)) {
    return Error{Errc::unsupported, "display",
                 "the X server '" + display + "' has no XTEST extension"};
  }
  return std::unique_ptr<Finger>(std::make_unique<XtestFinger>(std::move(opened)));
}

}  // namespace madoguchi::resident
