#pragma once
// A paragraph set into lines: measured once, drawn often. All lines have the same pitch, whatever
// font a glyph falls back to.

#include <memory>
#include <string>
#include <vector>

#include "ui/text/fonts.h"
#include "ui/text/line_breaks.h"
#include "ui/theme/theme.h"

typedef struct _cairo cairo_t;
typedef struct _PangoLayout PangoLayout;
typedef struct _PangoLayoutLine PangoLayoutLine;

namespace madoguchi::ui {

enum class Align { left, centre, right };

struct TextStyle {
  double size = 40;  ///< em height, px
  bool bold = false;
  Align align = Align::left;
  Face face = Face::words;
  double pitch = 1.45;    ///< distance of lines in ems
  bool balanced = false;  ///< makes the lines of a short text about equally long
  std::string language = "ja";

  bool operator==(const TextStyle&) const = default;
};

/// Immutable; copies are cheap. The Fonts it was set with must outlive it. One thread.
class TextBlock {
 public:
  /// Sets the text (UTF-8) into lines of at most this width in px. Lines break between phrases; a
  /// phrase that is wider than a line breaks between its words, then wherever kinsoku allows. A
  /// word that is wider still is broken anywhere, and fits() is false.
  TextBlock(const Fonts& fonts, std::string text, TextStyle style, double width);

  /// The block: the width it was given and the height of its lines.
  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const;
  /// The widest line.
  [[nodiscard]] double ink_width() const { return ink_width_; }
  [[nodiscard]] std::size_t lines() const { return lines_.size(); }
  /// Whether every word is whole and inside the width.
  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const TextStyle& style() const { return style_; }
  /// The text of one line, for tests.
  [[nodiscard]] std::string line_text(std::size_t line) const;

  /// Draws with the block's top left corner there.
  void draw(cairo_t* canvas, double x, double y, Colour colour) const;

  /// Whether both would be drawn alike.
  bool same_as(const TextBlock& other) const;

 private:
  struct Line {
    PangoLayoutLine* glyphs;  // borrowed from layout_
    double width;             // px
  };

  /// Lets lines end at these byte offsets only; none means anywhere.
  void allow_breaks(const std::vector<std::size_t>& offsets);
  /// Adds the offsets of a looser rule where a line is too wide. False when none is.
  bool loosen(std::vector<std::size_t>& offsets, BreakRule rule);
  /// The widest line in px, laid out anew.
  [[nodiscard]] double widest() const;
  void balance();
  void take_lines();

  std::string text_;
  TextStyle style_;
  double width_;
  std::shared_ptr<PangoLayout> layout_;  // shared by copies, never changed after the constructor
  std::vector<Line> lines_;
  double ink_width_ = 0;
  bool fits_ = true;
};

}  // namespace madoguchi::ui
