#pragma once
// A keyboard on the screen: of the typing practice, and of text in a call. Private to ui/kit.

#include "ui/kit/composer.h"

namespace madoguchi::ui {

/// As wide as said; its keys grow to 20 mm where there is room.
void add_keyboard(Composer& composer, Stack& stack, const Keyboard& keyboard, double width);

}  // namespace madoguchi::ui
