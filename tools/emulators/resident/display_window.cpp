#include <chrono>
#include <thread>
#include <vector>

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
    const std::int32_t x = control.x + control.w / 2;
    const std::int32_t y = control.y + control.h / 2;
    if (touch == Touch::tap) finger_->tap(x, y);
    if (touch == Touch::hold) finger_->hold(x, y, 1200ms);
    if (touch == Touch::swipe)
      finger_->slide(control.x + control.w * 4 / 5, y, control.x + control.w / 10, y);
    taps_.push_back({x, y, Clock::now()});
    return {};
  }

 private:
  /// A hand needs a moment before it taps the same place again; the window takes anything faster
  /// for a tremble.
  void keep_pace(const DrawnControl& control) {
    const auto moment = control.role == "digit" || control.role == "erase" ? 150ms : 600ms;
    std::erase_if(taps_, [](const Tap& tap) { return tap.at + 1s < Clock::now(); });
    for (const Tap& tap : taps_) {
      if (contains(control, tap.x, tap.y)) std::this_thread::sleep_until(tap.at + moment);
    }
  }

  struct Tap {
    std::int32_t x = 0;
    std::int32_t y = 0;
    Clock::time_point at;
  };

  std::unique_ptr<Finger> finger_;
  LayoutFollower layout_;
  std::vector<Tap> taps_;  // of the last second
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
