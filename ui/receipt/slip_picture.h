#pragma once
// Draws a slip as the printer prints it: one bit a dot.

#include <string>

#include "firmware/message/slip.h"
#include "ui/kit/layout.h"
#include "ui/text/fonts.h"

namespace madoguchi::ui {

/// Dots across 80 mm paper at 203 dpi (8 dots a millimetre): 72 mm are printed.
inline constexpr int slip_width = 576;

/// Draws the slip in its language. Nothing is clipped: the slip is as long as it must be, and a
/// word that is wider than the paper is broken. Errors: invalid, when the code does not fit a QR
/// code.
Result<Raster> draw_slip(const Fonts& fonts, const City& city, const Slip& slip);

/// The same dots as a PNG file. Errors: invalid, io.
Status write_png(const Raster& raster, const std::string& path);

}  // namespace madoguchi::ui
