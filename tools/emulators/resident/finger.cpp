#include "tools/emulators/resident/finger.h"

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

  void tap(int x, int y) override {
    constexpr unsigned left = 1;
    XTestFakeMotionEvent(display_.get(), -1, x, y, CurrentTime);
    XTestFakeButtonEvent(display_.get(), left, True, CurrentTime);
    XTestFakeButtonEvent(display_.get(), left, False, CurrentTime);
    XSync(display_.get(), False);
  }

 private:
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
