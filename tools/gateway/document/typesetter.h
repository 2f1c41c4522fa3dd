#pragma once
// Measures and draws text in the fonts of the certificates. One per thread, because Pango's font
// maps are; it stays warm. Only the certificates' own fonts are visible (a private fontconfig
// configuration), and nothing falls back to another: a character that the face lacks is found by
// missing(), never silently drawn in some other shape.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <cairo.h>

#include "firmware/base/result.h"

// Pango's and HarfBuzz's types, so that their headers stay in typesetter.cpp.
using PangoContext = struct _PangoContext;
using PangoLayout = struct _PangoLayout;
using hb_font_t = struct hb_font_t;

namespace madoguchi::gateway {

enum class Face {
  mincho,  ///< IPAmj Mincho: names, values, sentences; answers Moji_Joho variation selectors
  gothic,  ///< BIZ UDGothic: labels and notes
  bold,    ///< BIZ UDGothic Bold: the latent word
};

enum class Align { left, centre, right, spread };

/// How a text stands in its area. Sizes in points, widths and heights in millimetres.
struct Setting {
  Face face = Face::mincho;
  double size = 11;
  double width = 0;  ///< lines break here; 0: one line
  Align align = Align::left;
};

struct Extent {
  double width = 0;   ///< mm
  double height = 0;  ///< mm
};

class Typesetter {
 public:
  /// The calling thread's. Errc::not_found names the font that is not installed.
  static Result<Typesetter*> of_this_thread();
  ~Typesetter();

  /// The first character or sequence that the face cannot draw, none when it can draw all. A
  /// variation selector that the font does not list for its character counts as missing: shapers
  /// would draw the default shape without a word.
  [[nodiscard]] std::optional<std::string> missing(Face face, std::string_view text) const;

  /// The space that a text takes; for spread text its natural width.
  [[nodiscard]] Extent measure(std::string_view text, const Setting& setting) const;
  /// The largest size, from setting.size down to 6 pt in steps of 0.5, at which the text stands in
  /// width x height mm, on several lines where they fit; none when even 6 pt does not.
  [[nodiscard]] std::optional<double> fit(std::string_view text, Setting setting,
                                          double height) const;

  /// Draws in the current colour with the upper left corner at x, y (mm).
  void draw(cairo_t* cairo, double x, double y, std::string_view text,
            const Setting& setting) const;
  /// Adds the outline of one line of text to the current path.
  void outline(cairo_t* cairo, double x, double y, std::string_view text,
               const Setting& setting) const;

 private:
  struct Fonts;
  explicit Typesetter(std::unique_ptr<Fonts> fonts);
  [[nodiscard]] PangoLayout* lay_out(std::string_view text, const Setting& setting) const;

  std::unique_ptr<Fonts> fonts_;
};

/// 1 mm in points, the unit of PDF.
inline constexpr double mm = 72 / 25.4;

}  // namespace madoguchi::gateway
