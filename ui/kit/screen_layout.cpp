// lay_out: tries one arrangement after the other until one fits.
#include <array>

#include "firmware/base/log.h"
#include "ui/kit/bodies.h"
#include "ui/kit/chrome.h"
#include "ui/kit/company.h"

namespace madoguchi::ui {
namespace {

// From generous to tight. Air goes first, then pictures, then one thing to a line; smaller letters
// come last, since the resident asked for the size.
constexpr auto squeezes = std::to_array<Squeeze>({
    {1.0, 1.0, false, 0},
    {0.7, 0.85, false, 0},
    {0.5, 0.65, false, 0},
    {0.4, 0.5, false, 0},
    {0.4, 0.5, true, 0},
    {0.35, 0.0, false, 0},
    {0.35, 0.0, true, 0},
    {0.5, 0.6, false, 1},
    {0.4, 0.5, true, 1},
    {0.35, 0.0, true, 1},
    {0.7, 0.85, false, 2},
    {0.35, 0.0, false, 2},
    {0.35, 0.0, true, 3},
});

Layout lay_out_once(const Fonts& fonts, const Panel& panel, const City& city, const Screen& screen,
                    Squeeze squeeze) {
  Composer composer(fonts, panel, city, screen, squeeze);
  const Rect area = lay_out_frame(composer);
  std::visit([&](const auto& body) { lay_out_body(composer, body, area); }, screen.body);
  lay_out_ring(composer);
  return std::move(composer).finish();
}

}  // namespace

Layout lay_out(const Fonts& fonts, const Panel& panel, const City& city, const Screen& screen) {
  Layout layout;
  for (const Squeeze& squeeze : squeezes) {
    layout = lay_out_once(fonts, panel, city, screen, squeeze);
    if (layout.fits()) return layout;
  }
  log_event(Event::ui_event,
            {{"what", "overflow"}, {"screen", screen.name}, {"part", layout.overflow.front()}});
  return layout;
}

}  // namespace madoguchi::ui
