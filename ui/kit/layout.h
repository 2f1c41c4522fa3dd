#pragma once
// A screen laid out on a panel: what to draw where, and what can be pressed. A value; knows no
// state of fingers.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/screen.h"
#include "ui/kit/drawing.h"
#include "ui/kit/geometry.h"
#include "ui/text/text_block.h"
#include "ui/theme/theme.h"

namespace madoguchi::ui {

/// A colour that changes while the control it belongs to is held down.
struct Tint {
  Colour rest;
  Colour pressed;

  Tint(Colour both) : rest(both), pressed(both) {}  // NOLINT: implicit on purpose
  Tint(Colour at_rest, Colour when_pressed) : rest(at_rest), pressed(when_pressed) {}
  bool operator==(const Tint&) const = default;
};

struct Box {
  Rect rect;
  double radius = 0;
  std::optional<Tint> fill;
  std::optional<Tint> edge;  ///< drawn inside the rectangle
  double edge_width = 0;
  bool operator==(const Box&) const = default;
};

struct Words {
  TextBlock block;
  Point at;
  Tint colour;

  /// The em boxes of the lines.
  [[nodiscard]] Rect ink() const;
};

struct Picture {
  const Drawing* drawing = nullptr;  ///< static
  Rect rect;
  Tint line = colour::blue;
  Tint soft = colour::blue_soft;
  bool operator==(const Picture&) const = default;
};

/// A place for moving pictures. What is painted there is their calm background; who has the
/// pictures (ui/app/pictures.h) draws over it.
struct Video {
  enum class From { far_end, self };
  From from = From::far_end;
  Rect rect;
  bool operator==(const Video&) const = default;
};

struct Element {
  std::variant<Box, Words, Picture, Video> shape;
  int control = -1;  ///< index in Layout::targets of the control whose state it shows, or -1

  [[nodiscard]] Rect bounds() const;
  /// Whether both draw the same pixels at rest.
  [[nodiscard]] bool same_as(const Element& other) const;
};

/// Where a control can be pressed.
struct Target {
  std::string id;
  Role role = Role::choice;
  Rect rect;
  double radius = 0;
  bool enabled = true;
  char typed = 0;  ///< the key of a keyboard that presses it: '7' for a digit of the PIN pad
  bool operator==(const Target&) const = default;
};

/// Where a finger practises: what it does there is judged, not only where it ends.
struct PracticeField {
  PracticeKind kind = PracticeKind::tap;
  Rect rect;
  int target = -1;  ///< index in Layout::targets
};

struct Layout {
  Panel panel;
  std::vector<Element> elements;      ///< in drawing order
  std::vector<Target> targets;        ///< in the order of controls_of(screen): the order of focus
  std::vector<std::string> overflow;  ///< what did not fit, for tests and the log; no private text
  std::optional<PracticeField> practice;
  TextSize text_size =
      TextSize::m;  ///< what it was laid out in: smaller than asked only when nothing else fits

  /// Nothing is clipped, no word is broken, every control is inside the panel.
  [[nodiscard]] bool fits() const { return overflow.empty(); }
  /// Places for moving pictures, in drawing order.
  [[nodiscard]] std::vector<Video> videos() const;
  /// The control under a point, or -1.
  [[nodiscard]] int target_at(Point point) const;
  [[nodiscard]] int target_named(std::string_view id) const;
};

/// The name of the city at the top of every screen.
struct City {
  std::string ja = "豊中市";
  std::string en = "Toyonaka City";

  [[nodiscard]] const std::string& in(std::string_view language) const {
    return language == "ja" ? ja : en;
  }
};

/// Lays a screen out. If it does not fit at the size that was asked for, gaps shrink first, then
/// pictures, then the arrangement changes, at last the text. The Fonts must outlive the layout.
/// Costs some milliseconds.
Layout lay_out(const Fonts& fonts, const Panel& panel, const City& city, const Screen& screen);

/// The smallest rectangle in which the two look different; empty when nowhere.
Rect difference(const Layout& before, const Layout& after);

}  // namespace madoguchi::ui
