// bench_ui [ROUNDS]: milliseconds that kiosk-ui takes to lay out and to draw, in a real window of
// the SDL driver that SDL_VIDEODRIVER names. Prints one line a figure: name, median, 99th
// percentile. Ends with the memory it holds.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <SDL.h>
#include <unistd.h>

#include "tests/unit/ui/samples.h"
#include "ui/app/window.h"

using namespace madoguchi;
using namespace madoguchi::ui;
using Clock = std::chrono::steady_clock;

namespace {

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void measure(const char* name, int rounds, const std::function<void(int)>& work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    work(i);
    times.push_back(milliseconds(Clock::now() - start));
  }
  std::ranges::sort(times);
  std::printf("%-44s p50 %7.2f ms  p99 %7.2f ms\n", name, times[times.size() / 2],
              times[times.size() * 99 / 100]);
}

void print_memory() {
  std::ifstream rollup("/proc/self/smaps_rollup");
  for (std::string line; std::getline(rollup, line);) {
    if (line.starts_with("Pss:") || line.starts_with("Rss:")) std::printf("%s\n", line.c_str());
  }
}

Point centre_of(const Window& window, std::string_view id) {
  return window.layout()
      .targets.at(static_cast<std::size_t>(window.layout().target_named(id)))
      .rect.centre();
}

/// From the event in SDL's queue to the pixels presented, as main's loop does it.
void press_to_pixel(Window& window, Point key, int round) {
  SDL_Event event{};
  event.type = round % 2 ? SDL_MOUSEBUTTONUP : SDL_MOUSEBUTTONDOWN;
  event.button.button = SDL_BUTTON_LEFT;
  event.button.x = static_cast<Sint32>(key.x);
  event.button.y = static_cast<Sint32>(key.y);
  const auto type = event.type;
  SDL_PushEvent(&event);
  do {
    SDL_WaitEvent(&event);
  } while (event.type != type);
  if (type == SDL_MOUSEBUTTONDOWN) {
    window.finger_down(key, Clock::now());
  } else {
    window.finger_up(key, Clock::now());
  }
}

int run(int rounds, Clock::time_point start) {
  const auto fonts = Fonts::load(MADOGUCHI_SOURCE_DIR "/ui/text/fonts.conf");
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
  if (!fonts || SDL_Init(SDL_INIT_VIDEO) != 0) return 1;
  auto presenter = open_sdl_window({}, false);
  auto recorder = Recorder::open("", "");
  if (!presenter || !recorder) return 1;
  Window window(**presenter, *fonts, {}, {}, std::move(*recorder), [](const Intent&) {});
  std::printf("video driver %s, %d rounds\n", SDL_GetCurrentVideoDriver(), rounds);
  std::printf("%-44s     %7.2f ms\n", "start to first frame (in main)",
              milliseconds(Clock::now() - start));

  const std::vector<Screen> m = sample_screens("ja", TextSize::m);
  const std::vector<Screen> xl = sample_screens("ja", TextSize::xl);
  window.show({1, pin_sample("ja", TextSize::m, 0, 3)});
  const Point key = centre_of(window, "digit.5");
  measure("full redraw, PIN pad", rounds, [&](int) { window.exposed(); });
  measure("one key redrawn", rounds, [&](int i) {
    i % 2 ? window.finger_up(key, Clock::now()) : window.finger_down(key, Clock::now());
  });
  measure("press to pixel, with SDL's queue", rounds,
          [&](int i) { press_to_pixel(window, key, i); });
  measure("a digit entered: message to pixel", rounds,
          [&](int i) { window.show({i, pin_sample("ja", TextSize::m, i % 5, 3)}); });
  measure("another screen, M: message to pixel", rounds,
          [&](int i) { window.show({i, m[static_cast<std::size_t>(i) % m.size()]}); });
  measure("another screen, XL: message to pixel", rounds,
          [&](int i) { window.show({i, xl[static_cast<std::size_t>(i) % xl.size()]}); });
  print_memory();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto start = Clock::now();
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  if (rounds < 1) return 2;
  const int code = run(rounds, start);
  SDL_Quit();
  return code;
}
