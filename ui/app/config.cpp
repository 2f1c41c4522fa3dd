#include "ui/app/config.h"

#include "firmware/base/config.h"

namespace madoguchi::ui {

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
  config.fullscreen = values.flag("screen.fullscreen", config.fullscreen);
  config.fonts = values.path("screen.fonts", "");
  config.city.ja = values.text("screen.city_ja", config.city.ja);
  config.city.en = values.text("screen.city_en", config.city.en);
  if (Status good = values.finish({"screen"}); !good) return good.error();
  return config;
}

}  // namespace madoguchi::ui
