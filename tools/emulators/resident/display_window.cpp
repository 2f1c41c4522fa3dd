#include <chrono>
#include <thread>

#include <unistd.h>

#include "tools/emulators/resident/finger.h"
#include "tools/emulators/resident/window.h"

namespace madoguchi::resident {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class DisplayWindow final : public Window {
 public:
  explicit DisplayWindow(std::unique_ptr<Finger> finger) : finger_(std::move(finger)) {}

  Status open(const std::string& layout) { return layout_.open(layout); }

  Result<std::optional<DrawnScreen>> next(int patience_ms) override {
    const auto line = layout_.next(STDIN_FILENO, patience_ms);
    if (!line) return std::optional<DrawnScreen>();
    auto screen = parse_layout(*line);
    if (!screen) return screen.error();
    return std::optional<DrawnScreen>(std::move(*screen));
  }

  Status press(const DrawnScreen&, const DrawnControl& control, Touch touch) override {
    keep_pace(control);
    last_x_ = control.x + control.w / 2;
    last_y_ = control.y + control.h / 2;
    if (touch == Touch::tap) finger_->tap(last_x_, last_y_);
    if (touch == Touch::hold) finger_->hold(last_x_, last_y_, 1200ms);
    if (touch == Touch::swipe)
      finger_->slide(control.x + control.w * 4 / 5, last_y_, control.x + control.w / 10, last_y_);
    last_tap_ = Clock::now();
    return {};
  }

 private:
  /// A hand needs a moment before it taps the same place again; the window takes anything faster
  /// for a tremble.
  void keep_pace(const DrawnControl& control) const {
    const auto moment = control.role == "digit" || control.role == "erase" ? 150ms : 600ms;
    if (contains(control, last_x_, last_y_)) std::this_thread::sleep_until(last_tap_ + moment);
  }

  std::unique_ptr<Finger> finger_;
  LayoutFollower layout_;
  std::int32_t last_x_ = -1;
  std::int32_t last_y_ = -1;
  Clock::time_point last_tap_{};
};

}  // namespace

Result<std::unique_ptr<Window>> window_on_display(const std::string& display,
                                                  const std::string& layout) {
  auto finger = Finger::open(display);
  if (!finger) return finger.error();
  auto window = std::make_unique<DisplayWindow>(std::move(*finger));
  if (const Status opened = window->open(layout); !opened) return opened.error();
  return std::unique_ptr<Window>(std::move(window));
}

}  // namespace madoguchi::resident
