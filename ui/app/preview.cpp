#include "ui/app/preview.h"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

#include <cairo.h>
#include <fcntl.h>

#include "firmware/base/file.h"
#include "ui/kit/drawing.h"
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

/// A picture in memory.
class Canvas {
 public:
  Canvas(int width, int height)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
        pen_(cairo_create(surface_)) {}
  ~Canvas() {
    cairo_destroy(pen_);
    cairo_surface_destroy(surface_);
  }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  [[nodiscard]] cairo_t* pen() const { return pen_; }
  [[nodiscard]] cairo_surface_t* surface() const { return surface_; }
  [[nodiscard]] Status write(const std::string& png) const {
    const cairo_status_t written = cairo_surface_write_to_png(surface_, png.c_str());
    if (written == CAIRO_STATUS_SUCCESS) return {};
    return Error{Errc::io, png, cairo_status_to_string(written)};
  }

 private:
  cairo_surface_t* surface_;
  cairo_t* pen_;
};

}  // namespace

Status draw_screen_png(const Screen& screen, const WindowConfig& config, const Fonts& fonts,
                       const std::string& png, Pictures* pictures, Recorder* recorder) {
  const Panel& panel = config.panel;
  const Layout layout = lay_out(fonts, panel, config.city, screen);
  const Canvas canvas(panel.width_px, panel.height_px);
  paint(canvas.pen(), layout, {},
        {0, 0, static_cast<double>(panel.width_px), static_cast<double>(panel.height_px)});
  if (pictures != nullptr) {
    for (const Video& video : layout.videos()) (void)pictures->draw(video, canvas.surface());
  }
  if (recorder != nullptr) recorder->drawn(0, screen, layout, canvas.surface());
  if (Status written = canvas.write(png); !written) return written;
  for (const std::string& what : layout.overflow) {
    (void)std::fprintf(stderr, "%s: does not fit: %s\n", png.c_str(), what.c_str());
  }
  if (layout.text_size != screen.text_size) {
    (void)std::fprintf(stderr, "%s: set in %s\n", png.c_str(),
                       std::string(codec::enum_name(layout.text_size)).c_str());
  }
  return {};
}

Status draw_illustration_png(std::string_view name, const std::string& png) {
  const Drawing* drawing = find_illustration(name);
  if (drawing == nullptr) return Error{Errc::not_found, std::string(name), "is no illustration"};
  constexpr double width = 480;
  const double height = width * drawing->height / drawing->width;
  const Canvas canvas(static_cast<int>(width), static_cast<int>(height));
  cairo_set_source_rgb(canvas.pen(), 1, 1, 1);
  cairo_paint(canvas.pen());
  draw(canvas.pen(), *drawing, 0, 0, width, height);
  return canvas.write(png);
}

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
  auto recorder = Recorder::open("", preview.layout);
  if (!recorder) return recorder.error();
  Pictures pictures;
  if (!preview.board.empty()) {
    const int board = ::open(preview.board.c_str(), O_RDONLY | O_CLOEXEC);
    if (board < 0) return Error{Errc::io, preview.board, std::strerror(errno)};
    if (Status mapped = pictures.map(board, false); !mapped) return mapped;
  }
  if (screens->size() != 1) std::filesystem::create_directories(preview.png);
  int number = 0;
  for (Screen& screen : *screens) {
    if (preview.size) screen.text_size = *preview.size;
    if (preview.language) screen.language = *preview.language;
    ++number;
    const std::string in_directory = preview.png + "/" + (number < 10 ? "0" : "") +
                                     std::to_string(number) + "-" + screen.name + ".png";
    if (Status drawn = draw_screen_png(screen, config, *fonts,
                                       screens->size() == 1 ? preview.png : in_directory, &pictures,
                                       &*recorder);
        !drawn) {
      return drawn;
    }
  }
  return {};
}

}  // namespace madoguchi::ui
