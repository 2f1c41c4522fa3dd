#pragma once
// Whether the name font can draw a name exactly. Pango draws the default glyph for a variation
// sequence that a font does not know and says nothing, so each sequence is looked up by hand and a
// name fails closed.

#include <string>
#include <string_view>

#include "ui/text/fonts.h"

namespace madoguchi::ui {

struct CheckedName {
  std::string text;      ///< every sequence that cannot be drawn exactly replaced by 〓 (U+3013)
  bool complete = true;  ///< nothing was replaced
};

/// The name is UTF-8. A base character with a selector (U+E0100-E01EF, U+FE00-FE0F) needs that very
/// glyph in IPAmj Mincho; a character alone may come from a fallback font.
CheckedName check_name(const Fonts& fonts, std::string_view name);

}  // namespace madoguchi::ui
