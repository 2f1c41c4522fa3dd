#pragma once
// What is on the glass while there is no kioskd: before it has come, and after it has gone
// (firmware/message/repair.h). Main thread.

#include <chrono>
#include <optional>
#include <string>

#include "ui/app/window.h"

namespace madoguchi::ui {

class Absence {
 public:
  using Time = Window::Time;
  struct Settings {
    std::chrono::seconds patience{30};  ///< for kioskd's first screen
    std::string phone;                  ///< empty: none is said
    /// Outlives a restart of kiosk-ui, not of the machine: what stood there when kioskd was lost.
    /// Empty: nobody starts kiosk-ui again, and it ends with kioskd.
    std::string mark;
  };
  /// Shows what the mark says; without one the window's own first screen stays.
  Absence(Window& window, Settings settings, Time now);

  /// kioskd has shown something.
  void over();
  /// kioskd is gone. False: the process shall end.
  bool begin(Time now);
  /// How long until tick() has something to do; nothing: never.
  [[nodiscard]] std::optional<std::chrono::milliseconds> due(Time now) const;
  /// Shows what is due. True: the process shall end, and be started again with a new connection.
  bool tick(Time now);

  /// How long the picture stays before that; kioskd is back sooner or does not come at once.
  static constexpr std::chrono::seconds hold{3};

 private:
  Window& window_;
  Settings settings_;
  std::optional<Time> patience_ends_;  ///< while kioskd has shown nothing
  std::optional<Time> hold_ends_;      ///< after it has gone
};

}  // namespace madoguchi::ui
