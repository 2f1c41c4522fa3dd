#pragma once
// The QR code that leads to the page where a document is verified.

#include <string>

#include <cairo.h>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

/// Draws the code of `text` (error correction M) with its quiet zone into a white square of `side`
/// mm at x, y (mm). Errc::invalid when the text does not fit a code.
Status draw_qr_code(cairo_t* cairo, double x, double y, double side, const std::string& text);

}  // namespace madoguchi::gateway
