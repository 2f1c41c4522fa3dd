#include "tools/gateway/document/qr_code.h"

#include <memory>

#include <qrencode.h>

#include "tools/gateway/document/typesetter.h"

namespace madoguchi::gateway {

namespace {

constexpr int quiet_zone = 4;  // modules, ISO/IEC 18004

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

Status draw_qr_code(cairo_t* cairo, double x, double y, double side, const std::string& text) {
  const std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeData(
      int(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M));
  if (!code)
    return Error{Errc::invalid, "document.qr", "the verification URL does not fit a QR code"};
  const int modules = code->width;
  const double module = side * mm / (modules + 2 * quiet_zone);
  cairo_save(cairo);
  cairo_translate(cairo, x * mm, y * mm);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_rectangle(cairo, 0, 0, side * mm, side * mm);
  cairo_fill(cairo);
  cairo_set_source_rgb(cairo, 0, 0, 0);
  for (int row = 0; row < modules; ++row) {
    for (int column = 0; column < modules;) {
      int end = column;  // a run of dark modules is one rectangle: no hairlines between them
      while (end < modules && (code->data[row * modules + end] & 1) != 0) ++end;
      if (end > column) {
        cairo_rectangle(cairo, (column + quiet_zone) * module, (row + quiet_zone) * module,
                        (end - column) * module, module);
      }
      column = end + 1;
    }
  }
  cairo_fill(cairo);
  cairo_restore(cairo);
  return {};
}

}  // namespace madoguchi::gateway
