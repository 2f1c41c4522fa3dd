#include "ui/app/absence.h"

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <cairo.h>

#include "firmware/message/repair.h"
#include "tests/unit/ui/samples.h"
#include "tests/unit/ui/test_fonts.h"

using namespace madoguchi;
using namespace madoguchi::ui;
using namespace std::chrono_literals;

namespace {

class AbsencePresenter final : public Presenter {
 public:
  AbsencePresenter() : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1080, 1920)) {}
  ~AbsencePresenter() override { cairo_surface_destroy(surface_); }
  AbsencePresenter(const AbsencePresenter&) = delete;
  AbsencePresenter& operator=(const AbsencePresenter&) = delete;
  cairo_surface_t* canvas() override { return surface_; }
  [[nodiscard]] int width() const override { return 1080; }
  [[nodiscard]] int height() const override { return 1920; }
  void present(const Rect&) override {}
  Status renew() override { return {}; }

 private:
  cairo_surface_t* surface_;
};

}  // namespace

TEST_GROUP(Absence) {
  AbsencePresenter presenter;
  std::vector<Intent> sent;
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("ui-absence-test-" + std::to_string(getpid()));
  std::unique_ptr<Window> window;
  std::unique_ptr<Absence> absence;
  Absence::Time now{};

  void setup() override {
    std::filesystem::create_directories(directory);
    start(true);
  }
  void teardown() override {
    absence.reset();
    window.reset();
    std::filesystem::remove_all(directory);
  }
  std::string mark() { return directory / "absence"; }
  /// kiosk-ui is started, for the first time or again.
  void start(bool supervised) {
    window = std::make_unique<Window>(presenter, test_fonts(), Panel{}, City{},
                                      *Recorder::open(directory / "pictures", ""),
                                      [this](const Intent& intent) { sent.push_back(intent); });
    Absence::Settings settings;
    settings.phone = "06-0000-0000";
    if (supervised) settings.mark = mark();
    absence = std::make_unique<Absence>(*window, settings, now);
  }
  void press(std::string_view id) {
    const int target = window->layout().target_named(id);
    CHECK(target >= 0);
    const Rect rect = window->layout().targets[static_cast<std::size_t>(target)].rect;
    window->finger_down(rect.centre(), now);
    window->finger_up(rect.centre(), now);
    now += 1s;
  }
  void shows(Screen screen) {
    window->show({1, std::move(screen)});
    absence->over();
  }
  std::string code() { return std::get<Notice>(window->shown().body).code; }
};

TEST(Absence, kioskd_that_does_not_come_is_said_after_the_patience) {
  STRCMP_EQUAL("starting", window->shown().name.c_str());
  CHECK(absence->due(now) == std::optional(std::chrono::milliseconds(30s)));
  now += 29s;
  CHECK_FALSE(absence->tick(now));
  STRCMP_EQUAL("starting", window->shown().name.c_str());
  now += 1s;
  CHECK_FALSE(absence->tick(now));
  STRCMP_EQUAL("out_of_service", window->shown().name.c_str());
  STRCMP_EQUAL("K-01", code().c_str());
  CHECK_FALSE(absence->due(now));
}

TEST(Absence, a_kioskd_that_comes_late_takes_over) {
  now += 30s;
  absence->tick(now);
  shows(sample_named("services"));
  STRCMP_EQUAL("services", window->shown().name.c_str());
  CHECK_FALSE(absence->due(now));
}

TEST(Absence, language_and_size_change_on_our_own_screen_and_nobody_is_told) {
  now += 30s;
  absence->tick(now);
  press("language.en");
  STRCMP_EQUAL("en", window->shown().language.c_str());
  press("text_size.xl");
  CHECK(window->shown().text_size == TextSize::xl);
  CHECK(window->layout().fits());
  LONGS_EQUAL(0, sent.size());
}

TEST(Absence, lost_kioskd_is_said_and_stays_said_through_the_restart) {
  shows(sample_named("services"));
  CHECK(absence->begin(now));
  STRCMP_EQUAL("K-02", code().c_str());
  CHECK(absence->due(now) == std::optional(std::chrono::milliseconds(Absence::hold)));
  CHECK_FALSE(absence->tick(now));
  now += Absence::hold;
  CHECK(absence->tick(now));
  start(true);
  STRCMP_EQUAL("K-02", code().c_str());
  shows(sample_named("services"));
  CHECK_FALSE(std::filesystem::exists(mark()));
  start(true);
  STRCMP_EQUAL("starting", window->shown().name.c_str());
}

TEST(Absence, what_kioskd_said_last_about_itself_stays) {
  shows(repair_screen(link_ended, "", ""));
  CHECK(absence->begin(now));
  STRCMP_EQUAL("K-03", code().c_str());
  start(true);
  STRCMP_EQUAL("K-03", code().c_str());
  shows(restarting_screen());
  CHECK(absence->begin(now));
  STRCMP_EQUAL("restarting", window->shown().name.c_str());
  start(true);
  STRCMP_EQUAL("restarting", window->shown().name.c_str());
  now += 30s;
  absence->tick(now);
  STRCMP_EQUAL("K-01", code().c_str());
}

TEST(Absence, without_a_supervisor_the_process_ends_with_kioskd) {
  start(false);
  shows(sample_named("services"));
  CHECK_FALSE(absence->begin(now));
}

TEST(Absence, a_mark_that_is_no_code_is_a_repair_all_the_same) {
  std::ofstream(mark()) << "anything";
  start(true);
  STRCMP_EQUAL("K-99", code().c_str());
}
