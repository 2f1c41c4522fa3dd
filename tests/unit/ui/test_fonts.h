#pragma once
// The kiosk's own fonts, loaded once for the whole test program.

#include "ui/text/fonts.h"

namespace madoguchi::ui {

inline const Fonts& test_fonts() {
  static const Fonts fonts = *Fonts::load(MADOGUCHI_SOURCE_DIR "/ui/text/fonts.conf");
  return fonts;
}

}  // namespace madoguchi::ui
