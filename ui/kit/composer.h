#pragma once
// What the layouts of the bodies are written with: measured words, boxes, controls, and a stack
// that shares out the height. Private to ui/kit.

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/screen.h"
#include "ui/kit/layout.h"

namespace madoguchi::ui {

/// How hard a layout squeezes. lay_out tries a list of them until one fits.
struct Squeeze {
  double gaps = 1.0;      ///< factor on distances between things
  double pictures = 1.0;  ///< factor on illustrations and icons of tiles; 0 leaves them out
  bool dense = false;     ///< lines closer, columns even where labels wrap often
  int smaller = 0;        ///< text sizes below the one asked for
};

/// A width in px in which nothing wraps.
inline constexpr double one_line = 1e5;

struct WordStyle {
  double size_mm = 7.2;
  bool bold = false;
  Align align = Align::left;
  bool balanced = false;
};

/// Collects the elements of one layout.
class Composer {
 public:
  Composer(const Fonts& fonts, const Panel& panel, const City& city, const Screen& screen,
           Squeeze squeeze);

  [[nodiscard]] const Screen& screen() const { return screen_; }
  [[nodiscard]] const City& city() const { return city_; }
  [[nodiscard]] const Sizes& sizes() const { return sizes_; }
  [[nodiscard]] const Squeeze& squeeze() const { return squeeze_; }
  [[nodiscard]] double page_width() const { return panel_.width_px; }
  [[nodiscard]] double page_height() const { return panel_.height_px; }
  [[nodiscard]] double mm(double value) const { return panel_.px(value); }
  /// Left and right of the page; tight screens use a little of it.
  [[nodiscard]] double margin() const {
    return panel_.px(squeeze_.gaps < 0.6 ? 6.0 : measure::margin);
  }
  /// Inside a card or tile: squeezed, but words never touch an edge.
  [[nodiscard]] double padding(double value_mm) const {
    return panel_.px(std::max(3.5, value_mm * squeeze_.gaps));
  }
  /// A distance between things that are not both controls: squeezed, in px.
  [[nodiscard]] double gap(double value_mm) const { return panel_.px(value_mm * squeeze_.gaps); }
  /// A distance between controls: squeezed, but never below the smallest allowed.
  [[nodiscard]] double control_gap(double value_mm) const;

  /// Sets a Text into lines; a person's name in the name font. Nothing is drawn yet.
  [[nodiscard]] TextBlock words(const Text& text, const WordStyle& style, double width) const;
  /// The same for words that are no Text (the city's name).
  [[nodiscard]] TextBlock words(const std::string& text, const WordStyle& style,
                                double width) const;

  void box(Box box, int control = -1);
  /// Words that do not fit their width are noted as overflow.
  void put(TextBlock block, double x, double y, Tint colour, int control = -1);
  /// An unknown name draws nothing and is logged.
  void pictogram(std::string_view name, const Rect& rect, Tint line, Tint soft, int control = -1);
  void illustration(std::string_view name, const Rect& rect);
  void video(Video video);

  /// Says where a control is; its index, for what is drawn of it.
  int target(const Control& control, const Rect& rect, double radius);
  /// The area in which a finger practises on a target that was put there.
  void practise(PracticeKind kind, const Rect& field, const Control& target);
  /// Where a control was put; nothing when it was not, or is not of this screen.
  [[nodiscard]] std::optional<Target> placed(std::string_view id) const;
  void note_overflow(std::string what);

  Layout finish() &&;

 private:
  const Fonts& fonts_;
  const Panel panel_;
  const City& city_;
  const Screen& screen_;
  Squeeze squeeze_;
  Sizes sizes_;
  Layout layout_;
  std::map<const Control*, int> index_;
};

/// Things one below the other. First everything is added with its smallest and its largest height,
/// then place() deals out the height there is.
class Stack {
 public:
  using Draw = std::function<void(const Rect&)>;

  /// `tallest` 0 means that it does not grow.
  void add(double height, Draw draw, double tallest = 0);
  void space(double height, double tallest = 0);
  [[nodiscard]] double height() const { return height_; }
  /// Draws everything inside the area; what room is left goes above by this share. Gives where it
  /// ends; nothing when it is too high: then it is drawn all the same, beyond the area.
  std::optional<double> place(const Rect& area, double above = 0.0) const;

 private:
  struct Item {
    double least;
    double most;
    Draw draw;
  };
  std::vector<Item> items_;
  double height_ = 0;
};

/// The steps down the ladder of text sizes.
TextSize smaller_size(TextSize size, int steps);

}  // namespace madoguchi::ui
