#include "ui/receipt/slip_picture.h"

#include <algorithm>
#include <memory>

#include <cairo.h>
#include <qrencode.h>

#include "ui/strings/catalogue.h"
#include "ui/text/text_block.h"

namespace madoguchi::ui {
namespace {

constexpr double margin = 8;  // dots: 1 mm
constexpr double inner = slip_width - 2 * margin;
// Em heights in dots; 8 dots are 1 mm, 32 dots about 11 points.
constexpr double headline = 64;
constexpr double heading = 44;
constexpr double advice = 36;
constexpr double body = 32;
constexpr double gap = 16;
constexpr double rule = 3;
constexpr int module = 6;  // dots of a QR code's module: 0.75 mm
constexpr int quiet_zone = 4;

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;
using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

/// What stands where; the height is known only when all is in place.
class Page {
 public:
  Page(const Fonts& fonts, std::string language) : fonts_(fonts), language_(std::move(language)) {}

  void words(const std::string& text, double size, bool bold, Align align) {
    if (text.empty()) return;
    TextBlock block = set(text, size, bold, align);
    const double height = block.height();
    place(std::move(block), margin, y_);
    y_ += height;
  }
  void line() {
    y_ += gap;
    rules_.push_back(y_);
    y_ += rule + gap;
  }
  void space() { y_ += gap; }

  /// Side by side where there is room, else the value below, both as large.
  void pair(const std::string& label, const std::string& value) {
    TextBlock left = set(label, body, false, Align::left);
    TextBlock right = set(value, body, true, Align::right);
    const bool beside = left.lines() == 1 && right.lines() == 1 &&
                        left.ink_width() + right.ink_width() + 2 * gap <= inner;
    const double height = left.height();
    const double below = beside ? y_ : y_ + height;
    const double end = below + right.height();
    place(std::move(left), margin, y_);
    place(std::move(right), margin, below);
    y_ = end;
  }

  void code(Code code) {
    code_ = std::move(code);
    code_y_ = y_ + quiet_zone * module;
    y_ = code_y_ + (code_->width + quiet_zone) * module;
  }

  [[nodiscard]] int height() const { return static_cast<int>(y_ + gap); }

  void draw(cairo_t* canvas) const {
    cairo_set_source_rgb(canvas, 1, 1, 1);
    cairo_paint(canvas);
    for (const Placed& each : placed_) each.block.draw(canvas, each.x, each.y, {});
    cairo_set_source_rgb(canvas, 0, 0, 0);
    for (const double y : rules_) cairo_rectangle(canvas, margin, y, inner, rule);
    if (code_) draw_code(canvas);
    cairo_fill(canvas);
  }

 private:
  struct Placed {
    TextBlock block;
    double x;
    double y;
  };

  TextBlock set(const std::string& text, double size, bool bold, Align align) {
    TextStyle style;
    style.size = size;
    style.bold = bold;
    style.align = align;
    style.balanced = align == Align::centre;
    style.pitch = 1.35;
    style.language = language_;
    return {fonts_, text, style, inner};
  }
  void place(TextBlock block, double x, double y) { placed_.push_back({std::move(block), x, y}); }

  void draw_code(cairo_t* canvas) const {
    const int left = (slip_width - code_->width * module) / 2;
    for (int i = 0; i < code_->width * code_->width; ++i) {
      if ((code_->data[i] & 1) == 0) continue;
      cairo_rectangle(canvas, left + i % code_->width * module, code_y_ + i / code_->width * module,
                      module, module);
    }
  }

  const Fonts& fonts_;
  std::string language_;
  std::vector<Placed> placed_;
  std::vector<double> rules_;
  Code code_;
  double code_y_ = 0;
  double y_ = gap;
};

void lay_out(Page& page, const City& city, const Slip& slip) {
  const auto say = [&](const Text& text) { return render(text, slip.language); };
  page.words(city.in(slip.language), body, false, Align::centre);
  page.words(say(slip.title), heading, true, Align::centre);
  page.line();
  page.words(say(slip.money), headline, true, Align::centre);
  if (slip.for_staff) page.words(render(*slip.for_staff, "ja"), heading, true, Align::centre);
  for (const Text& each : slip.advice) {
    page.space();
    page.words(say(each), advice, true, Align::left);
  }
  for (const SlipLine& each : slip.brands) {
    page.space();
    page.words(say(each.label), body, true, Align::left);
    page.words(say(each.value), body, false, Align::left);
  }
  page.line();
  for (const SlipLine& each : slip.lines) page.pair(say(each.label), say(each.value));
}

Raster dots_of(cairo_surface_t* surface, int height) {
  Raster out{slip_width, height, Bytes(static_cast<std::size_t>(slip_width / 8 * height))};
  const unsigned char* const pixels = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < slip_width; ++x) {
      // A dot is printed when more than half of it is covered.
      if (pixels[y * stride + 4 * x] >= 128) continue;
      const auto byte = static_cast<std::size_t>(y * slip_width + x) / 8;
      out.bits[byte] |= static_cast<std::uint8_t>(0x80 >> (x % 8));
    }
  }
  return out;
}

}  // namespace

Result<Raster> draw_slip(const Fonts& fonts, const City& city, const Slip& slip) {
  Page page(fonts, slip.language);
  lay_out(page, city, slip);
  if (!slip.code.empty()) {
    Code code(QRcode_encodeData(static_cast<int>(slip.code.size()),
                                reinterpret_cast<const unsigned char*>(slip.code.data()), 0,
                                QR_ECLEVEL_M));
    if (!code || (code->width + 2 * quiet_zone) * module > slip_width) {
      return Error{Errc::invalid, "slip.code", "is too long for a QR code on this paper"};
    }
    page.line();
    page.words(render(slip.code_caption, slip.language), body, false, Align::centre);
    page.code(std::move(code));
  }
  const int height = page.height();
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, slip_width, height),
                        cairo_surface_destroy);
  cairo_t* const canvas = cairo_create(surface.get());
  page.draw(canvas);
  const cairo_status_t drawn = cairo_status(canvas);
  cairo_destroy(canvas);
  if (drawn != CAIRO_STATUS_SUCCESS) {
    return Error{Errc::full, "slip", cairo_status_to_string(drawn)};
  }
  cairo_surface_flush(surface.get());
  return dots_of(surface.get(), height);
}

Status write_png(const Raster& raster, const std::string& path) {
  if (!raster.well_formed()) return Error{Errc::invalid, path, "there is no picture"};
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, raster.width, raster.rows),
                        cairo_surface_destroy);
  unsigned char* const pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < raster.rows; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      const auto bit = static_cast<std::size_t>(y * raster.width + x);
      const bool black = (raster.bits[bit / 8] >> (7 - bit % 8) & 1) != 0;
      std::fill_n(pixels + y * stride + x * 4, 3, black ? 0 : 255);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  const cairo_status_t written = cairo_surface_write_to_png(surface.get(), path.c_str());
  if (written != CAIRO_STATUS_SUCCESS) {
    return Error{Errc::io, path, cairo_status_to_string(written)};
  }
  return {};
}

}  // namespace madoguchi::ui
