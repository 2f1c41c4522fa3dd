#include "ui/app/preview.h"

#include <cstdio>
#include <filesystem>
#include <vector>

#include <cairo.h>

#include "firmware/base/file.h"
#include "ui/kit/painter.h"
#include "ui/receipt/slip_picture.h"

namespace madoguchi::ui {
namespace {

Result<std::vector<Screen>> read_screens(const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  const Json document =
      Json::parse(bytes->begin(), bytes->end(), nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return Error{Errc::invalid, path, "is not JSON"};
  const Json list = document.is_array() ? document : Json::array({document});
  std::vector<Screen> screens;
  for (const Json& each : list) {
    auto screen = from_json<Screen>(each);
    if (!screen) return screen.error();
    screens.push_back(std::move(*screen));
  }
  return screens;
}

Status draw_one(const Screen& screen, const WindowConfig& config, const Fonts& fonts,
                const std::string& png) {
  const Layout layout = lay_out(fonts, config.panel, config.city, screen);
  cairo_surface_t* const surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, config.panel.width_px, config.panel.height_px);
  cairo_t* const canvas = cairo_create(surface);
  paint(canvas, layout, {},
        {0, 0, static_cast<double>(config.panel.width_px),
         static_cast<double>(config.panel.height_px)});
  cairo_destroy(canvas);
  const cairo_status_t written = cairo_surface_write_to_png(surface, png.c_str());
  cairo_surface_destroy(surface);
  if (written != CAIRO_STATUS_SUCCESS) return Error{Errc::io, png, cairo_status_to_string(written)};
  for (const std::string& what : layout.overflow) {
    std::fprintf(stderr, "%s: does not fit: %s\n", png.c_str(), what.c_str());
  }
  if (layout.text_size != screen.text_size) {
    std::fprintf(stderr, "%s: set in %s\n", png.c_str(),
                 std::string(codec::enum_name(layout.text_size)).c_str());
  }
  return {};
}

}  // namespace

Status draw_slip_preview(const std::string& json, const std::string& png,
                         const WindowConfig& config) {
  const auto bytes = read_file(json);
  if (!bytes) return bytes.error();
  const auto slip = decode<Slip>(*bytes, Dialect::json);
  if (!slip) return slip.error();
  const auto fonts = Fonts::load(config.fonts);
  if (!fonts) return fonts.error();
  const auto raster = draw_slip(*fonts, config.city, *slip);
  return raster ? write_png(*raster, png) : Status{raster.error()};
}

Status draw_preview(const Preview& preview, const WindowConfig& config) {
  auto screens = read_screens(preview.json);
  if (!screens) return screens.error();
  auto fonts = Fonts::load(config.fonts);
  if (!fonts) return fonts.error();
  if (screens->size() != 1) std::filesystem::create_directories(preview.png);
  int number = 0;
  for (Screen& screen : *screens) {
    if (preview.size) screen.text_size = *preview.size;
    if (preview.language) screen.language = *preview.language;
    ++number;
    const std::string in_directory = preview.png + "/" + (number < 10 ? "0" : "") +
                                     std::to_string(number) + "-" + screen.name + ".png";
    if (Status drawn =
            draw_one(screen, config, *fonts, screens->size() == 1 ? preview.png : in_directory);
        !drawn) {
      return drawn;
    }
  }
  return {};
}

}  // namespace madoguchi::ui
