#pragma once
// Things to read that several bodies show: a white card, a set-apart line with a sign, an
// illustration. Private to ui/kit.

#include <string_view>
#include <vector>

#include "ui/kit/composer.h"

namespace madoguchi::ui {

/// A white card that holds things to read.
void card(Composer& composer, const Rect& rect);

/// An illustration that takes between these heights (mm, squeezed) of the stack; nothing when
/// pictures are left out.
void add_illustration(Composer& composer, Stack& stack, std::string_view name, double least_mm,
                      double most_mm);

/// A QR code with its quiet zone, between these heights (mm), whatever the squeeze: a code that is
/// too small is none.
void add_qr_code(Composer& composer, Stack& stack, const std::string& text, double least_mm,
                 double most_mm);

/// A line set apart by a tinted box with a sign in front.
struct Aside {
  std::string_view sign;
  Colour sign_colour = colour::blue;
  Colour fill = colour::blue_pale;
  Colour bar = colour::blue;
  double size_mm = 7.2;
  bool bold = false;
};
void add_aside(Composer& composer, Stack& stack, const Text& text, const Aside& look, double width);

}  // namespace madoguchi::ui
