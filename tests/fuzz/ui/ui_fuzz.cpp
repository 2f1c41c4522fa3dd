// Any bytes either are refused or give a screen that can be laid out and drawn without falling
// over: each control of the screen has its place in the layout, and what fits is inside the panel.
#include <cstdio>
#include <cstdlib>

#include <cairo.h>

#include "firmware/message/ui_protocol.h"
#include "ui/kit/painter.h"
#include "ui/receipt/slip_picture.h"

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

const Fonts& fonts() {
  static const Fonts loaded = *Fonts::load("");
  return loaded;
}

void draw(const Layout& layout) {
  // A small canvas: what is drawn matters here, not how many pixels.
  cairo_surface_t* const surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 108, 192);
  cairo_t* const canvas = cairo_create(surface);
  cairo_scale(canvas, 0.1, 0.1);
  paint(canvas, layout, {}, {0, 0, 1080, 1920});
  const bool ok = cairo_status(canvas) == CAIRO_STATUS_SUCCESS;
  cairo_destroy(canvas);
  cairo_surface_destroy(surface);
  if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  // One line a broken screen would be all that a fuzzer does.
  if (!std::freopen("/dev/null", "w", stderr)) std::abort();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto message = decode<KioskToUi>({data, size});
  if (!message) message = decode<KioskToUi>({data, size}, Dialect::json);
  if (!message) return 0;
  if (const auto* draw = std::get_if<DrawSlip>(&*message)) {
    const auto raster = draw_slip(fonts(), {}, draw->slip);
    if (raster && !raster->well_formed()) std::abort();
    return 0;
  }
  const auto* show = std::get_if<ShowScreen>(&*message);
  if (show == nullptr) return 0;  // it has no screen
  const Screen& screen = show->screen;
  const Layout layout = lay_out(fonts(), {}, {}, screen);
  const auto controls = controls_of(screen);
  if (layout.targets.size() != controls.size()) std::abort();
  const Rect glass{0, 0, 1080, 1920};
  for (const Target& target : layout.targets) {
    if (layout.fits() && !glass.contains(target.rect)) std::abort();
  }
  draw(layout);
  return 0;
}
