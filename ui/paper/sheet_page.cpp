#include "ui/paper/sheet_page.h"

#include <functional>
#include <memory>

#include <cairo-pdf.h>
#include <cairo.h>
#include <qrencode.h>

#include "ui/kit/drawing.h"
#include "ui/kit/paths.h"
#include "ui/strings/catalogue.h"
#include "ui/text/text_block.h"

namespace madoguchi::ui {
namespace {

// Text blocks round their glyphs to whole units, so the page is drawn in tenths of a millimetre.
constexpr double unit = 72.0 / 254.0;  // points
constexpr double page_width = 2100;
constexpr double page_height = 2970;
constexpr double margin = 190;
constexpr double inner = page_width - 2 * margin;
constexpr double large = 100;  // em heights
constexpr double heading = 66;
constexpr double body = 60;
constexpr double small = 47;  // 13 points
constexpr double code_size = 470;
constexpr int quiet_zone = 4;

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;
using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

class Page {
 public:
  Page(const Fonts& fonts, const City& city, const Sheet& sheet)
      : fonts_(fonts), city_(city), sheet_(sheet) {}

  Status lay_out();
  void draw(cairo_t* canvas) const {
    cairo_set_source_rgb(canvas, 1, 1, 1);
    cairo_paint(canvas);
    for (const auto& each : strokes_) each(canvas);
  }

 private:
  using Pen = std::function<void(cairo_t*)>;

  TextBlock set(const std::string& text, double size, bool bold, double width,
                Align align = Align::left) const {
    TextStyle style;
    style.size = size;
    style.bold = bold;
    style.align = align;
    style.balanced = align == Align::centre;
    style.language = sheet_.language;
    return {fonts_, text, style, width};
  }
  [[nodiscard]] std::string words(const Text& text) const { return render(text, sheet_.language); }
  void put(const TextBlock& block, double x, double y, Colour ink = colour::text) {
    strokes_.emplace_back([=](cairo_t* canvas) { block.draw(canvas, x, y, ink); });
  }
  void picture(std::string_view name, const Rect& at, Colour line, Colour soft) {
    const Drawing* drawing = find_pictogram(name);
    if (drawing == nullptr) return;
    strokes_.emplace_back(
        [=](cairo_t* canvas) { ui::draw(canvas, *drawing, at.x, at.y, at.w, at.h, line, soft); });
  }
  void box(const Rect& at, double radius, Colour fill) {
    strokes_.emplace_back([=](cairo_t* canvas) {
      rounded_path(canvas, at, radius);
      set_colour(canvas, fill);
      cairo_fill(canvas);
    });
  }
  void head();
  void learned();
  void reminders();
  Status foot();

  const Fonts& fonts_;
  const City& city_;
  const Sheet& sheet_;
  std::vector<Pen> strokes_;
  double y_ = 150;
};

/// The city, the date, what the page is.
void Page::head() {
  picture("emblem", {margin, y_, 90, 90}, colour::blue, colour::blue_soft);
  const TextBlock city = set(city_.in(sheet_.language), small, true, inner / 2);
  put(city, margin + 115, y_ + 45 - city.height() / 2);
  const TextBlock date = set(words(sheet_.date), small, false, inner / 2, Align::right);
  put(date, margin + inner / 2, y_ + 45 - date.height() / 2);
  y_ += 150;
  const TextBlock title = set(words(sheet_.title), large, true, inner);
  put(title, margin, y_, colour::blue);
  y_ += title.height() + 25;
  const TextBlock lesson = set(words(sheet_.lesson), heading, true, inner);
  put(lesson, margin, y_);
  y_ += lesson.height() + 45;
}

/// Each with a tick.
void Page::learned() {
  const double top = y_;
  const double tick = 92;
  const double indent = 60 + tick + 35;
  std::vector<TextBlock> lines;
  double height = 100;
  for (const Text& each : sheet_.can) {
    lines.push_back(set(words(each), body, true, inner - indent - 50));
    height += std::max(lines.back().height(), tick) + 30;
  }
  box({margin, top, inner, height - 30}, 30, colour::green_pale);
  y_ += 50;
  for (const TextBlock& line : lines) {
    const double row = std::max(line.height(), tick);
    picture("success", {margin + 60, y_ + (row - tick) / 2, tick, tick}, colour::green,
            colour::white);
    put(line, margin + indent, y_ + (row - line.height()) / 2);
    y_ += row + 30;
  }
  y_ = top + height + 40;
}

void Page::reminders() {
  const TextBlock title = set(words(sheet_.remember_title), heading, true, inner);
  put(title, margin, y_);
  y_ += title.height() + 15;
  int number = 0;
  for (const Text& each : sheet_.remember) {
    const double disc = 80;
    const TextBlock line = set(words(each), body, false, inner - disc - 40);
    const double row = std::max(line.height(), disc);
    box({margin, y_ + (row - disc) / 2, disc, disc}, disc / 2, colour::blue);
    const TextBlock sign = set(std::to_string(++number), small, true, disc, Align::centre);
    put(sign, margin, y_ + (row - sign.height()) / 2, colour::white);
    put(line, margin + disc + 40, y_ + (row - line.height()) / 2);
    y_ += row + 25;
  }
  y_ += 30;
}

/// Where to ask, and beside it the way to the same lesson at home.
Status Page::foot() {
  Code code;
  if (!sheet_.link.empty()) {
    code.reset(QRcode_encodeString(sheet_.link.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1));
    if (!code) return Error{Errc::invalid, "sheet.link", "is too long for a QR code"};
  }
  const double width = code ? inner - code_size - 80 : inner;
  const TextBlock title = set(words(sheet_.ask_title), heading, true, width);
  put(title, margin, y_);
  double left = y_ + title.height() + 15;
  for (const Text& each : sheet_.ask) {
    const TextBlock line = set(words(each), small, false, width);
    put(line, margin, left);
    left += line.height() + 12;
  }
  if (!code) {
    y_ = left;
    return {};
  }
  const double x = margin + inner - code_size;
  const double top = y_;
  const double module = code_size / (code->width + 2 * quiet_zone);
  const std::shared_ptr<QRcode> shared(code.release(), FreeCode());  // the pens are copied
  strokes_.emplace_back([=](cairo_t* canvas) {
    set_colour(canvas, colour::black);
    for (int i = 0; i < shared->width * shared->width; ++i) {
      if ((shared->data[i] & 1) == 0) continue;
      const int column = i % shared->width + quiet_zone;
      const int row = i / shared->width + quiet_zone;
      cairo_rectangle(canvas, x + column * module, top + row * module, module, module);
    }
    cairo_fill(canvas);
  });
  const TextBlock caption =
      set(words(sheet_.link_caption), small, true, code_size + 60, Align::centre);
  put(caption, x - 30, top + code_size);
  y_ = std::max(left, top + code_size + caption.height());
  return {};
}

Status Page::lay_out() {
  head();
  learned();
  reminders();
  if (Status done = foot(); !done) return done;
  if (y_ > page_height - 120) return Error{Errc::invalid, "sheet", "is too much for one page"};
  return {};
}

Status draw_on(const Surface& surface, const Page& page, double scale) {
  cairo_t* const canvas = cairo_create(surface.get());
  cairo_scale(canvas, scale, scale);
  page.draw(canvas);
  const cairo_status_t drawn = cairo_status(canvas);
  cairo_destroy(canvas);
  if (drawn == CAIRO_STATUS_SUCCESS) return {};
  return Error{Errc::full, "sheet", cairo_status_to_string(drawn)};
}

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<Bytes*>(closure)->insert(static_cast<Bytes*>(closure)->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<Bytes> draw_sheet(const Fonts& fonts, const City& city, const Sheet& sheet) {
  Page page(fonts, city, sheet);
  if (Status laid = page.lay_out(); !laid) return laid.error();
  Bytes pdf;
  {
    const Surface surface(
        cairo_pdf_surface_create_for_stream(append, &pdf, page_width * unit, page_height * unit),
        cairo_surface_destroy);
    if (Status drawn = draw_on(surface, page, unit); !drawn) return drawn.error();
    cairo_surface_finish(surface.get());
  }
  return pdf;
}

Status draw_sheet_png(const Fonts& fonts, const City& city, const Sheet& sheet,
                      const std::string& png) {
  Page page(fonts, city, sheet);
  if (Status laid = page.lay_out(); !laid) return laid;
  constexpr double scale = 100.0 / 254.0;
  const Surface surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(page_width * scale),
                                 static_cast<int>(page_height * scale)),
      cairo_surface_destroy);
  if (Status drawn = draw_on(surface, page, scale); !drawn) return drawn;
  const cairo_status_t written = cairo_surface_write_to_png(surface.get(), png.c_str());
  if (written != CAIRO_STATUS_SUCCESS) return Error{Errc::io, png, cairo_status_to_string(written)};
  return {};
}

}  // namespace madoguchi::ui
