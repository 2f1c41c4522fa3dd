#pragma once
// What frames every body: the header, the title, the bottom bar, the settings strip. Private to
// ui/kit.

#include "ui/kit/composer.h"

namespace madoguchi::ui {

/// Draws the frame and gives the area that is left for the body.
Rect lay_out_frame(Composer& composer);

}  // namespace madoguchi::ui
