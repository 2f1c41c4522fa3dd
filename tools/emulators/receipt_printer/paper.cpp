#include "tools/emulators/receipt_printer/paper.h"

#include <algorithm>
#include <memory>

#include <cairo.h>

namespace madoguchi::emulator {
namespace {

constexpr std::uint8_t black = 0;
constexpr std::uint8_t white = 255;

}  // namespace

void Paper::print_row(ByteView dots) {
  feed(1);
  const std::size_t row = strip_.size() - width;
  const std::size_t count = std::min<std::size_t>(dots.size() * 8, width);
  for (std::size_t x = 0; x < count; ++x) {
    if (dots[x / 8] >> (7 - x % 8) & 1) strip_[row + x] = black;
  }
}

void Paper::feed(int rows) {
  strip_.resize(strip_.size() + static_cast<std::size_t>(rows) * width, white);
}

Result<std::string> Paper::cut() {
  const int rows = static_cast<int>(strip_.size()) / width;
  const bool empty = std::find(strip_.begin(), strip_.end(), black) == strip_.end();
  if (empty) {
    strip_.clear();
    return std::string("cut empty paper");
  }
  const std::string number = std::to_string(++slips_);
  const std::string name = tray_ + "/slip-" + (slips_ < 10 ? "0" : "") + number + ".png";
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, rows), cairo_surface_destroy);
  auto* const pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint8_t dot = strip_[static_cast<std::size_t>(y * width + x)];
      std::fill_n(pixels + y * stride + x * 4, 3, dot);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  strip_.clear();
  const cairo_status_t written = cairo_surface_write_to_png(surface.get(), name.c_str());
  if (written != CAIRO_STATUS_SUCCESS) {
    return Error{Errc::io, name, cairo_status_to_string(written)};
  }
  return "cut " + name + " rows " + std::to_string(rows);
}

}  // namespace madoguchi::emulator
