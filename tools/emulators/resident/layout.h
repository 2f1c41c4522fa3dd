#pragma once
// What kiosk-ui says about the frames it drew: one JSON object a line, appended to the file of its
// --layout option.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/codec.h"

namespace madoguchi::resident {

/// A control as drawn. Pixels of the window, origin at its top left.
struct DrawnControl {
  std::string id;
  std::string role;  ///< a Role of firmware/message/screen.h
  bool enabled = true;
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::int32_t w = 0;
  std::int32_t h = 0;
  bool operator==(const DrawnControl&) const = default;
};
MADOGUCHI_DESCRIBE(DrawnControl, id, role, enabled, x, y, w, h)

inline bool contains(const DrawnControl& control, std::int32_t x, std::int32_t y) {
  return x >= control.x && x < control.x + control.w && y >= control.y && y < control.y + control.h;
}

struct DrawnScreen {
  std::int64_t number = 0;  ///< rises with every ShowScreen
  std::string name;
  std::vector<DrawnControl> controls;
  std::optional<std::string> pointed;  ///< a helper points, at what
};
MADOGUCHI_DESCRIBE(DrawnScreen, number, name, controls, pointed)

/// Whether it is the screen of before, and all that is new is where a helper points.
inline bool only_pointed(const DrawnScreen& before, const DrawnScreen& now) {
  return now.name == before.name && now.controls == before.controls &&
         now.pointed != before.pointed;
}

/// One line of the file. Errors: those of the JSON decoder, with the field's name.
Result<DrawnScreen> parse_layout(std::string_view line);

/// The control with this id, or nullptr.
const DrawnControl* find_control(const DrawnScreen& screen, std::string_view id);

/// Follows the file as it grows, without polling (inotify). One thread.
class LayoutFollower {
 public:
  LayoutFollower() = default;
  LayoutFollower(const LayoutFollower&) = delete;
  LayoutFollower& operator=(const LayoutFollower&) = delete;
  ~LayoutFollower();

  /// Begins with the file's first line; makes the file if it is not there yet. Once.
  Status open(const std::string& path);

  /// The next complete line. Nothing when none came within `patience_ms`, or when `stop_fd` became
  /// readable.
  std::optional<std::string> next(int stop_fd, int patience_ms);

 private:
  void read_what_is_there();

  int file_ = -1;
  int watch_ = -1;
  std::string unread_;
};

}  // namespace madoguchi::resident
