#pragma once
// Somebody helps: a strip under the header with who it is and the way to end it, and a ring around
// what the helper points at. Private to ui/kit.

#include "ui/kit/composer.h"

namespace madoguchi::ui {

/// Draws the strip from y on; gives its height, 0 when nobody helps. It is as high with any phrase
/// as with none, so that nothing moves under a finger when the helper points.
double lay_out_company(Composer& composer, double y);

/// Draws the ring; last, since it stands over what it surrounds.
void lay_out_ring(Composer& composer);

}  // namespace madoguchi::ui
