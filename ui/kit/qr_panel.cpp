#include <memory>

#include <qrencode.h>

#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

constexpr int quiet_zone = 4;

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

void add_qr_code(Composer& composer, Stack& stack, const std::string& text, double least_mm,
                 double most_mm) {
  const std::shared_ptr<QRcode> code(
      QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), FreeCode());
  if (!code) return composer.note_overflow("qr code");
  stack.add(
      composer.mm(least_mm),
      [code, &composer](const Rect& rect) {
        const int across = code->width + 2 * quiet_zone;
        const double size = std::min(rect.w, rect.h);
        const double module = size / across;
        const double left = rect.centre().x - size / 2;
        composer.box({{left, rect.y, size, size}, 0, Tint(colour::white), {}, 0});
        for (int y = 0; y < code->width; ++y) {
          // What lies side by side is one box: fewer to draw, and no seams.
          for (int x = 0; x < code->width;) {
            const int begin = x;
            while (x < code->width && (code->data[y * code->width + x] & 1) != 0) ++x;
            if (x > begin) {
              composer.box({{left + (begin + quiet_zone) * module,
                             rect.y + (y + quiet_zone) * module, (x - begin) * module, module},
                            0,
                            Tint(colour::black),
                            {},
                            0});
            } else {
              ++x;
            }
          }
        }
      },
      composer.mm(most_mm));
}

}  // namespace madoguchi::ui
