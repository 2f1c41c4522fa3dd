#pragma once
// Impressions of seals: the city's square one (公印) and a resident's round one (印影).

#include <string>

#include <cairo.h>

#include "tools/gateway/document/typesetter.h"

namespace madoguchi::gateway {

/// A square impression in vermilion: the characters fill columns from right to left, stretched to
/// their fields as an engraver does. `side` in mm.
void draw_square_impression(cairo_t* cairo, const Typesetter& typesetter, double x, double y,
                            double side, const std::string& text);

/// A round impression in black, as it is reproduced on a certificate of seal registration.
void draw_round_impression(cairo_t* cairo, const Typesetter& typesetter, double x, double y,
                           double diameter, const std::string& text);

}  // namespace madoguchi::gateway
