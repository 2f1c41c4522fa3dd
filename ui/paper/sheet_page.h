#pragma once
// Draws the page that a resident takes home after a lesson (adr/0018).

#include <string>

#include "firmware/message/sheet.h"
#include "ui/kit/layout.h"
#include "ui/text/fonts.h"

namespace madoguchi::ui {

/// One A4 page in the sheet's language, as PDF. Letters are 12 points or larger. Errors: invalid
/// (too much for one page, or a link that fits no QR code), full.
Result<Bytes> draw_sheet(const Fonts& fonts, const City& city, const Sheet& sheet);
/// The same page as a picture, 100 dots an inch. Errors: as above, io.
Status draw_sheet_png(const Fonts& fonts, const City& city, const Sheet& sheet,
                      const std::string& png);

}  // namespace madoguchi::ui
