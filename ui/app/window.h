#pragma once
// The window: shows the screen of the moment, draws what changes, and says what was pressed.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/ui_protocol.h"
#include "ui/app/pictures.h"
#include "ui/app/presenter.h"
#include "ui/app/recorder.h"
#include "ui/app/touch_grid.h"
#include "ui/kit/interaction.h"
#include "ui/kit/layout.h"
#include "ui/kit/painter.h"
#include "ui/kit/practice_finger.h"

namespace madoguchi::ui {

/// Main thread only. Knows no SDL: fingers and keys come in as calls, frames go out to the
/// presenter.
class Window {
 public:
  using Time = Interaction::Time;
  using Send = std::function<void(const Intent&)>;

  Window(Presenter& presenter, const Fonts& fonts, const Panel& panel, City city, Recorder recorder,
         Send send);

  /// This end of the socket pair with kiosk-call, which is taken over; without one calls have no
  /// pictures. Once.
  void show_calls_of(int channel) { pictures_.open(channel); }

  /// Lays out and draws; only what differs from the screen before is drawn again.
  void show(const ShowScreen& message);
  /// A screen of kiosk-ui's own, while there is no kioskd: nobody is told what is pressed on it,
  /// and language and text size change here.
  void show_own(Screen screen);

  /// All of the glass becomes a grid until the next screen; `tell` hears of each cell once.
  void watch_touch(const WatchTouch& watch, std::function<void(std::int32_t cell)> tell);

  void finger_down(Point at, Time now);
  void finger_moved(Point at);
  void finger_up(Point at, Time now);
  void key(Key key, Time now);
  void typed(char digit, Time now);

  /// Whether the screen has moving pictures: then refresh() wants to be called at the display's
  /// rate.
  [[nodiscard]] bool moves() const { return !videos_.empty(); }
  /// Draws the frames that have come since the last call, if any.
  void refresh();

  /// The system lost the window's content or changed its size.
  void exposed();
  Status resized();

  /// What is on the glass.
  [[nodiscard]] const Screen& shown() const { return shown_.screen; }
  [[nodiscard]] const Layout& layout() const { return *layout_; }
  /// The last damage that was drawn, for tests and benches.
  [[nodiscard]] const Rect& last_damage() const { return last_damage_; }

 private:
  [[nodiscard]] Panel panel_now() const;
  [[nodiscard]] ViewState view_state() const;
  void draw(const Rect& damage);
  void take_layout(std::unique_ptr<Layout> layout);
  void reached(const std::vector<std::int32_t>& cells);
  /// Runs an input and draws the controls whose look it changed.
  void react(const std::function<std::optional<std::string>()>& input);

  Presenter& presenter_;
  const Fonts& fonts_;
  Panel panel_;
  City city_;
  /// A press on a screen of our own.
  void own_press(const std::string& control);

  Recorder recorder_;
  Send send_;
  ShowScreen shown_;
  std::unique_ptr<Layout> layout_;  // at a fixed address: interaction_ borrows it
  Interaction interaction_;
  PracticeFinger practice_;
  std::optional<TouchGrid> grid_;
  std::function<void(std::int32_t)> reached_;
  Rect last_damage_;
  Pictures pictures_;
  std::vector<Video> videos_;             // of layout_
  std::array<std::uint64_t, 2> drawn_{};  // the frames that stand on the canvas, by Video::From
};

}  // namespace madoguchi::ui
