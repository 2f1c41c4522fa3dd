#include "tools/lessons.d/preview.h"

#include <chrono>
#include <fstream>

#include "firmware/visit/lesson_sheet.h"
#include "tools/gateway/lesson_html.h"
#include "tools/lessons.d/fitting.h"
#include "ui/app/preview.h"
#include "ui/paper/sheet_page.h"

namespace madoguchi::lessons {
namespace {

/// Where the sheet's QR code leads in a preview: nowhere.
constexpr const char* example_url = "https://city.example/lessons";

Status write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (file) return {};
  return Error{Errc::io, path.string(), "cannot be written"};
}

Status make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::io, folder.string(), failed.message()};
  return {};
}

Status draw_paper(const ui::Fonts& fonts, const lesson::Lesson& lesson, const Preview& preview) {
  visit::Settings settings;
  settings.lessons_url = example_url;
  const Sheet sheet =
      visit::make_sheet(settings, std::chrono::system_clock::now(), lesson, preview.language);
  const auto pdf = ui::draw_sheet(fonts, {}, sheet);
  if (!pdf) return pdf.error();
  if (Status done = write_file(preview.out / "sheet.pdf", as_text(*pdf)); !done) return done;
  return ui::draw_sheet_png(fonts, {}, sheet, (preview.out / "sheet.png").string());
}

}  // namespace

Status preview(const ui::Fonts& fonts, const lesson::Lesson& lesson, const Preview& preview) {
  if (Status made = make_folder(preview.out); !made) return made;
  int number = 0;
  for (const Shown& each : screens_of(lesson, preview.language, preview.size)) {
    ++number;
    const std::string name =
        (number < 10 ? "0" : "") + std::to_string(number) + "-" + each.screen.name + ".png";
    if (Status drawn = ui::draw_screen_png(each.screen, {}, fonts, (preview.out / name).string());
        !drawn)
      return drawn;
  }
  if (Status drawn = draw_paper(fonts, lesson, preview); !drawn) return drawn;
  return write_file(preview.out / "page.html", gateway::lesson_html(lesson, preview.language));
}

Status draw_pictures(const std::filesystem::path& out) {
  if (Status made = make_folder(out); !made) return made;
  for (const std::string& name : pictures()) {
    const std::string png = (out / (name + ".png")).string();
    if (Status drawn = ui::draw_illustration_png(name, png); !drawn) return drawn;
  }
  return {};
}

}  // namespace madoguchi::lessons
