#include "ui/app/config.h"

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <unistd.h>

using namespace madoguchi;
using namespace madoguchi::ui;

TEST_GROUP(UiConfig) {
  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("ui-config-test-" + std::to_string(getpid()) + ".toml");
  void teardown() override { std::filesystem::remove(file); }
  Result<WindowConfig> load(const char* toml) {
    std::ofstream(file) << toml;
    return load_config(file);
  }
  void refuses(const char* toml, const char* because) {
    const auto config = load(toml);
    CHECK_FALSE_TEXT(config.ok(), toml);
    STRCMP_CONTAINS(because, config.error().text().c_str());
  }
};

TEST(UiConfig, every_key_has_a_default) {
  const auto config = load("[kiosk]\nid = 'x'\n");
  CHECK(config.ok());
  LONGS_EQUAL(1080, config->panel.width_px);
  LONGS_EQUAL(1920, config->panel.height_px);
  DOUBLES_EQUAL(194.0, config->panel.width_mm, 0.001);
  CHECK(config->fullscreen);
}

TEST(UiConfig, reads_the_screen_and_takes_the_fonts_relative_to_the_file) {
  const auto config = load(
      "[screen]\nwidth_px = 800\nheight_px = 1280\nwidth_mm = 135\nfullscreen = false\n"
      "fonts = 'fonts.conf'\ncity_ja = 'みなと市'\ncity_en = 'Minato City'\n");
  CHECK(config.ok());
  CHECK((config->panel == Panel{800, 1280, 135.0}));
  CHECK_FALSE(config->fullscreen);
  STRCMP_EQUAL((file.parent_path() / "fonts.conf").c_str(), config->fonts.c_str());
  STRCMP_EQUAL("みなと市", config->city.in("ja").c_str());
  STRCMP_EQUAL("Minato City", config->city.in("en").c_str());
}

TEST(UiConfig, reads_every_board) {
  int boards = 0;
  for (const auto& folder : std::filesystem::directory_iterator(MADOGUCHI_SOURCE_DIR "/boards")) {
    if (!folder.is_directory()) continue;
    const auto config = load_config(folder.path() / "board.toml");
    CHECK_TEXT(config.ok(), config ? "" : config.error().text().c_str());
    CHECK(config->on_panel);
    ++boards;
  }
  CHECK(boards >= 4);
}

TEST(UiConfig, names_what_is_wrong_of_the_panel) {
  refuses("[screen]\nrotation = 45\n", "screen.rotation must be 0, 90, 180 or 270");
  refuses("[screen]\noutput = 'x11'\n", "screen.output");
  refuses("[screen]\ntouch_calibration = '1 0'\n", "screen.touch_calibration must be six numbers");
}

TEST(UiConfig, names_the_key_that_is_wrong) {
  refuses("[screen]\nwidth_px = 'wide'\n", "screen.width_px must be a whole number");
  refuses("[screen]\nwidth_px = 1\n", "screen.width_px must lie between 320");
  refuses("[screen]\nwidth_mm = true\n", "screen.width_mm must be a number");
  refuses("[screen]\nfullscreen = 1\n", "screen.fullscreen must be true or false");
  refuses("[screen]\nwidht_px = 1080\n", "screen.widht_px is not known");
  refuses("[screen\n", ":1");
}

TEST(UiConfig, a_missing_file_is_an_error) {
  const auto config = load_config("/nonexistent/kiosk.toml");
  CHECK_FALSE(config.ok());
  CHECK(config.error().code == Errc::not_found);
}
