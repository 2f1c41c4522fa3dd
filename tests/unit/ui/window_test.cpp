#include "ui/app/window.h"

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <cairo.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/message/descriptor.h"
#include "tests/unit/ui/board_sketch.h"
#include "tests/unit/ui/samples.h"
#include "tests/unit/ui/test_fonts.h"

using namespace madoguchi;
using namespace madoguchi::ui;
using namespace std::chrono_literals;

namespace {

/// A window in memory that remembers what was brought to the glass.
class MemoryPresenter final : public Presenter {
 public:
  MemoryPresenter() : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1080, 1920)) {}
  ~MemoryPresenter() override { cairo_surface_destroy(surface_); }
  MemoryPresenter(const MemoryPresenter&) = delete;
  MemoryPresenter& operator=(const MemoryPresenter&) = delete;

  cairo_surface_t* canvas() override { return surface_; }
  [[nodiscard]] int width() const override { return cairo_image_surface_get_width(surface_); }
  [[nodiscard]] int height() const override { return cairo_image_surface_get_height(surface_); }
  void present(const Rect& damage) override { presented.push_back(damage); }
  Status renew() override {
    cairo_surface_destroy(surface_);
    surface_ = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 720, 1280);
    return {};
  }
  Colour pixel(double x, double y) {
    cairo_surface_flush(surface_);
    const auto* const row = cairo_image_surface_get_data(surface_) +
                            static_cast<int>(y) * cairo_image_surface_get_stride(surface_);
    return {reinterpret_cast<const std::uint32_t*>(row)[static_cast<int>(x)] & 0xffffff};
  }
  std::vector<std::uint32_t> pixels() {
    cairo_surface_flush(surface_);
    const auto* const data =
        reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface_));
    return {data, data + 1080 * 1920};
  }

  std::vector<Rect> presented;

 private:
  cairo_surface_t* surface_;
};

}  // namespace

TEST_GROUP(Window) {
  MemoryPresenter presenter;
  std::vector<Intent> sent;
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("ui-window-test-" + std::to_string(getpid()));
  std::unique_ptr<Window> window;
  Window::Time now{};

  void setup() override {
    window = std::make_unique<Window>(
        presenter, test_fonts(), Panel{}, City{},
        *Recorder::open(directory / "pictures", directory / "layout.jsonl"),
        [this](const Intent& intent) { sent.push_back(intent); });
  }
  void teardown() override {
    window.reset();
    std::filesystem::remove_all(directory);
  }
  Rect rect(std::string_view id) {
    return window->layout()
        .targets[static_cast<std::size_t>(window->layout().target_named(id))]
        .rect;
  }
  /// What a drawing of the whole screen of the moment would give.
  std::vector<std::uint32_t> drawn_anew() {
    window->exposed();
    return presenter.pixels();
  }
};

TEST(Window, draws_something_before_the_first_message) {
  LONGS_EQUAL(1, presenter.presented.size());
  CHECK(presenter.pixel(5, 300) == colour::page);
  CHECK(presenter.pixel(5, 5) == colour::white);
}

TEST(Window, the_pictures_of_a_call_come_and_go) {
  BoardSketch sketch;
  window =
      std::make_unique<Window>(presenter, test_fonts(), Panel{}, City{},
                               *Recorder::open(directory / "moving", ""), [](const Intent&) {});
  int ends[2];  // of kiosk-call, and the window's
  LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
  window->show_calls_of(ends[1]);
  const int board = sketch.descriptor();
  CHECK_TRUE(send_descriptor(ends[0], board).ok());
  ::close(board);
  CHECK_FALSE(window->moves());
  window->show({1, sample_named("call.question")});
  CHECK_TRUE(window->moves());
  const std::vector<Video> videos = window->layout().videos();
  LONGS_EQUAL(2, videos.size());
  const Point far_end = {videos[0].rect.x + videos[0].rect.w / 3, videos[0].rect.centre().y};
  const Point self = videos[1].rect.centre();
  CHECK(presenter.pixel(far_end.x, far_end.y) == colour::night);
  const std::size_t before = presenter.presented.size();
  window->refresh();
  LONGS_EQUAL(before, presenter.presented.size());  // nothing has come
  sketch.publish(sketch.boards().far_end, 1280, 720, 235);
  sketch.publish(sketch.boards().self, 640, 480, 16);
  window->refresh();
  CHECK(presenter.pixel(far_end.x, far_end.y) == colour::white);
  CHECK(presenter.pixel(self.x, self.y) == colour::black);
  CHECK_TRUE(std::filesystem::exists(directory / "moving" / "02-call.question.moving.png"));
  sketch.publish(sketch.boards().far_end, 1280, 720, 16);
  window->refresh();
  CHECK(presenter.pixel(far_end.x, far_end.y) == colour::black);
  CHECK(presenter.pixel(self.x, self.y) == colour::black);  // still over the other
  sketch.boards().far_end.newest.store(0);
  window->refresh();
  CHECK(presenter.pixel(far_end.x, far_end.y) == colour::night);
  window->show({2, sample_named("rating")});
  CHECK_FALSE(window->moves());
  ::close(ends[0]);
}

TEST(Window, says_what_was_pressed_on_which_screen) {
  window->show({41, pin_sample("ja", TextSize::m, 0, 3)});
  window->finger_down(rect("digit.7").centre(), now);
  CHECK(sent.empty());
  window->finger_up(rect("digit.7").centre(), now);
  LONGS_EQUAL(1, sent.size());
  LONGS_EQUAL(41, sent[0].number);
  STRCMP_EQUAL("digit.7", sent[0].control.c_str());
}

TEST(Window, a_press_draws_its_key_only) {
  window->show({1, pin_sample("ja", TextSize::m, 0, 3)});
  const Rect key = rect("digit.5");
  window->finger_down(key.centre(), now);
  CHECK(window->last_damage().contains(key));
  CHECK(key.outset(12).contains(window->last_damage()));
  CHECK(presenter.pixel(key.x + key.w / 4, key.y + key.h / 4) == colour::blue);
  window->finger_up(key.centre(), now);
  CHECK(presenter.pixel(key.x + key.w / 4, key.y + key.h / 4) == colour::white);
}

TEST(Window, an_entered_digit_draws_the_rings_only_and_leaves_the_same_picture) {
  window->show({1, pin_sample("ja", TextSize::m, 1, 3)});
  window->show({2, pin_sample("ja", TextSize::m, 2, 3)});
  CHECK(window->last_damage().h < 200);
  const auto partly = presenter.pixels();
  CHECK(partly == drawn_anew());
}

TEST(Window, drawing_what_changed_gives_the_picture_of_drawing_everything) {
  std::int64_t number = 0;
  for (const char* language : {"ja", "en"}) {
    for (const Screen& screen : sample_screens(language, TextSize::m)) {
      window->show({++number, screen});
      const auto partly = presenter.pixels();
      CHECK_TEXT(partly == drawn_anew(), screen.name.c_str());
    }
  }
}

TEST(Window, an_equal_screen_draws_nothing_but_counts) {
  window->show({1, sample_named("rating")});
  const std::size_t before = presenter.presented.size();
  window->show({2, sample_named("rating")});
  LONGS_EQUAL(before, presenter.presented.size());
  window->finger_down(rect("rate.5").centre(), now);
  window->finger_up(rect("rate.5").centre(), now);
  LONGS_EQUAL(2, sent.at(0).number);
}

TEST(Window, the_focus_ring_is_yellow_and_goes_away) {
  window->show({1, sample_named("kinds")});
  const Rect tile = rect("residence");
  const auto ring = [&] { return presenter.pixel(tile.x - 4, tile.centre().y); };
  CHECK(ring() == colour::page);
  window->key(ui::Key::next, now);
  CHECK(ring() == colour::yellow);
  window->finger_down({1, 1}, now);
  CHECK(ring() == colour::page);
}

TEST(Window, a_held_key_looks_released_after_another_screen) {
  window->show({1, pin_sample("ja", TextSize::m, 0, 3)});
  window->finger_down(rect("digit.5").centre(), now);
  window->show({2, sample_named("thanks")});
  const auto partly = presenter.pixels();
  CHECK(partly == drawn_anew());
  window->finger_up({540, 1000}, now);
  CHECK(sent.empty());
}

TEST(Window, another_size_of_the_window_is_laid_out_anew) {
  window->show({1, sample_named("pin")});
  CHECK(window->resized().ok());
  LONGS_EQUAL(720, window->layout().panel.width_px);
  DOUBLES_EQUAL(194.0 * 720 / 1080, window->layout().panel.width_mm, 0.01);
}

TEST(Window, records_a_picture_of_each_new_name_and_a_line_of_each_screen) {
  window->show({1, sample_named("services")});
  window->show({2, pin_sample("ja", TextSize::m, 0, 3)});
  window->show({3, pin_sample("ja", TextSize::m, 1, 3)});
  window->show({4, sample_named("services")});
  std::vector<std::string> pictures;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "pictures")) {
    pictures.push_back(entry.path().filename());
  }
  std::ranges::sort(pictures);
  CHECK((pictures == std::vector<std::string>{"01-services.png", "02-pin.png", "03-services.png"}));
  std::ifstream lines(directory / "layout.jsonl");
  std::vector<Json> read;
  for (std::string line; std::getline(lines, line);) read.push_back(Json::parse(line));
  LONGS_EQUAL(4, read.size());
  LONGS_EQUAL(3, read[2]["number"].get<int>());
  STRCMP_EQUAL("pin", read[2]["name"].get<std::string>().c_str());
  const Json& first = read[2]["controls"][0];
  STRCMP_EQUAL("digit.1", first["id"].get<std::string>().c_str());
  STRCMP_EQUAL("digit", first["role"].get<std::string>().c_str());
  CHECK(first["enabled"].get<bool>() && first["w"].get<int>() > 110);
}

TEST(Window, a_screens_name_cannot_leave_the_directory) {
  Screen screen = sample_named("thanks");
  screen.name = "../../etc/x";
  window->show({1, screen});
  CHECK(std::filesystem::exists(directory / "pictures" / "01-.._.._etc_x.png"));
}

TEST(Window, touch_grid_lights_what_a_finger_reaches_and_tells_it_once) {
  window->show({1, sample_named("rating")});
  std::vector<std::int32_t> reached;
  window->watch_touch({7, 6, 10}, [&](std::int32_t cell) { reached.push_back(cell); });
  CHECK(presenter.pixel(90, 96) == colour::white);
  window->finger_down({90, 96}, now);
  CHECK(presenter.pixel(90, 96) == colour::green);
  CHECK(presenter.pixel(270, 96) == colour::white);
  // A quick finger skips from one edge to the other, and comes back.
  window->finger_moved({1079, 96});
  window->finger_moved({90, 96});
  window->finger_up({90, 96}, now);
  CHECK((reached == std::vector<std::int32_t>{0, 1, 2, 3, 4, 5}));
  // Not a finger that is not there, as a mouse would move.
  window->finger_moved({90, 1900});
  LONGS_EQUAL(6, reached.size());
  window->finger_down({1079, 1919}, now);
  LONGS_EQUAL(59, reached.back());
  CHECK(sent.empty());
  // The next screen is whole, and its controls work.
  presenter.presented.clear();
  window->show({2, sample_named("rating")});
  CHECK(presenter.presented.back().contains(Rect{0, 0, 1080, 1920}));
  const auto shown = presenter.pixels();
  CHECK(shown == drawn_anew());
}
