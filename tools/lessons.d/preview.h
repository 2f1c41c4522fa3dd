#pragma once
// Draws a lesson as the kiosk, the printer and the page at home will show it.

#include <filesystem>
#include <string>

#include "firmware/lesson/shelf.h"
#include "ui/text/fonts.h"

namespace madoguchi::lessons {

struct Preview {
  std::string language = "ja";
  TextSize size = TextSize::m;
  std::filesystem::path out;  ///< a folder; made if it is not there
};

/// NN-screen.png for every screen, sheet.pdf and sheet.png, page.html. Errors: io.
Status preview(const ui::Fonts& fonts, const lesson::Lesson& lesson, const Preview& preview);

/// Every picture with its name on it, as NAME.png. Errors: io.
Status draw_pictures(const std::filesystem::path& out);

}  // namespace madoguchi::lessons
