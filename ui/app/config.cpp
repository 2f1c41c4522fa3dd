#include "ui/app/config.h"

#include "firmware/base/config.h"

namespace madoguchi::ui {
namespace {

/// What only counts without a window system.
void read_panel(Config& values, WindowConfig& config) {
  config.on_panel = values.word("screen.output", "window", {"window", "drm"}) == "drm";
  (void)values.texts("screen.modules");  // of the start (images/build)
  const auto degrees = values.number("screen.rotation", 0, 0, 270);
  if (degrees % 90 != 0) values.problem("screen.rotation", "must be 0, 90, 180 or 270");
  config.rotation = static_cast<Rotation>(degrees);
  auto touch = parse_calibration(values.text("screen.touch_calibration", "1 0 0 0 1 0"));
  if (!touch) return values.problem("screen.touch_calibration", touch.error().what);
  config.touch = *touch;
}

}  // namespace

Result<WindowConfig> load_config(const std::string& path) {
  Result<Config> file = Config::load(path);
  if (!file) return file.error();
  Config& values = *file;
  WindowConfig config;
  config.panel.width_px =
      static_cast<int>(values.number("screen.width_px", config.panel.width_px, 320, 7680));
  config.panel.height_px =
      static_cast<int>(values.number("screen.height_px", config.panel.height_px, 320, 7680));
  config.panel.width_mm = values.real("screen.width_mm", config.panel.width_mm, 60, 2000);
  read_panel(values, config);
  config.fullscreen = values.flag("screen.fullscreen", config.fullscreen);
  config.fonts = values.path("screen.fonts", "");
  config.city.ja = values.text("screen.city_ja", config.city.ja);
  config.city.en = values.text("screen.city_en", config.city.en);
  config.phone = values.text("screen.phone", "");
  config.patience = std::chrono::seconds(values.number("screen.patience_s", 30, 2, 600));
  if (Status good = values.finish({"screen"}); !good) return good.error();
  return config;
}

}  // namespace madoguchi::ui
