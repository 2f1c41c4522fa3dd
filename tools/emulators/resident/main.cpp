// emulator-resident: plays a scenario on the kiosk's window. See scenario.h for the table, layout.h
// for what it reads.
//
// Standard output, one line each:
//   ready            the display and the layout file are open
//   see NAME         a screen was drawn
//   press NAME ID    a control was tapped
//   do WORDS         something for other hands; waits for the line "done" on standard input
//   fail WHY         the scenario cannot go on; exit code 1
// It ends with its standard input (EOF, or any other line) or SIGTERM; exit code 0 then.

#include <chrono>
#include <iostream>
#include <thread>

#include <unistd.h>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/emulators/resident/finger.h"
#include "tools/emulators/resident/layout.h"
#include "tools/emulators/resident/scenario.h"

namespace madoguchi::resident {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string display;
  std::string layout;
  std::string scenario;
  int patience_s = 60;
};

void say_line(const std::string& line) { std::cout << line << std::endl; }

int fail(const std::string& why) {
  say_line("fail " + why);
  return 1;
}

int wrong_input(const Error& error) {
  std::cerr << "emulator-resident: " << error.text() << '\n';
  return 2;
}

std::string ids_of(const DrawnScreen& screen) {
  std::string ids;
  for (const auto& control : screen.controls) ids += (ids.empty() ? "" : ", ") + control.id;
  return ids.empty() ? "none" : ids;
}

class Resident {
 public:
  Resident(Scenario scenario, Finger& finger, LayoutFollower& layout)
      : scenario_(std::move(scenario)), finger_(finger), layout_(layout) {}

  /// The exit code.
  int play(int patience_s) {
    for (;;) {
      const auto started = Clock::now();
      const auto line = layout_.next(STDIN_FILENO, patience_s * 1000);
      if (!line) {
        const bool waited = Clock::now() - started >= std::chrono::seconds(patience_s);
        return waited ? fail("nothing new for " + std::to_string(patience_s) + " s on screen '" +
                             shown_ + "'")
                      : 0;
      }
      const auto screen = parse_layout(*line);
      if (!screen) return fail(screen.error().text());
      // The same screen drawn once more (a pressed key, a moving clock) asks for nothing new.
      if (screen->number == number_) continue;
      number_ = screen->number;
      shown_ = screen->name;
      say_line("see " + screen->name);
      const auto step = scenario_.next(screen->name);
      if (!step) return fail("screen '" + screen->name + "' is not in the scenario");
      for (const auto& action : *step) {
        const auto done = act(*screen, action);
        if (!done) return done.error().code == Errc::cancelled ? 0 : fail(done.error().what);
      }
    }
  }

 private:
  Status act(const DrawnScreen& screen, const Action& action) {
    if (action.kind == Action::Kind::ask) return ask(action.what);
    const auto* control = find_control(screen, action.what);
    const bool disabled = control != nullptr && !control->enabled;
    if (disabled && action.kind == Action::Kind::press_if_enabled) return {};
    return press(screen, action.what);
  }

  /// Errors: cancelled when the program shall end.
  static Status ask(const std::string& words) {
    say_line("do " + words);
    std::string answer;
    if (!std::getline(std::cin, answer) || answer != "done")
      return Error{Errc::cancelled, "ask", words};
    return {};
  }

  Status press(const DrawnScreen& screen, const std::string& id) {
    const std::string here = "control '" + id + "' of screen '" + screen.name + "'";
    const auto* control = find_control(screen, id);
    if (control == nullptr)
      return Error{Errc::not_found, "press", "no " + here + ", it has: " + ids_of(screen)};
    if (!control->enabled) return Error{Errc::refused, "press", here + " is disabled"};
    keep_pace(*control);
    last_x_ = control->x + control->w / 2;
    last_y_ = control->y + control->h / 2;
    finger_.tap(last_x_, last_y_);
    last_tap_ = Clock::now();
    say_line("press " + screen.name + " " + id);
    return {};
  }

  /// A hand needs a moment before it taps the same place again; the window takes anything faster
  /// for a tremble.
  void keep_pace(const DrawnControl& control) const {
    const auto moment = control.role == "digit" || control.role == "erase" ? 150ms : 600ms;
    if (contains(control, last_x_, last_y_)) std::this_thread::sleep_until(last_tap_ + moment);
  }

  Scenario scenario_;
  Finger& finger_;
  LayoutFollower& layout_;
  std::int32_t last_x_ = -1;
  std::int32_t last_y_ = -1;
  Clock::time_point last_tap_{};
  std::int64_t number_ = -1;
  std::string shown_ = "(none)";
};

int run(const Options& options) {
  const auto table = read_file(options.scenario);
  if (!table) return wrong_input(table.error());
  auto scenario = Scenario::parse(as_text(*table));
  if (!scenario) return wrong_input(scenario.error());
  LayoutFollower layout;
  if (const auto opened = layout.open(options.layout); !opened) return wrong_input(opened.error());
  const auto finger = Finger::open(options.display);
  if (!finger) return wrong_input(finger.error());
  say_line("ready");
  return Resident(std::move(*scenario), **finger, layout).play(options.patience_s);
}

}  // namespace
}  // namespace madoguchi::resident

int main(int argc, char** argv) {
  CLI::App app("A resident in front of the kiosk's window: taps controls by their meaning.",
               "emulator-resident");
  madoguchi::resident::Options options;
  app.add_option("--display", options.display, "X display, such as :0")->required();
  app.add_option("--layout", options.layout, "the file that kiosk-ui --layout appends to")
      ->required();
  app.add_option("--scenario", options.scenario, "the table of screens and steps")->required();
  app.add_option("--patience", options.patience_s, "seconds without a new screen until it gives up")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.set_version_flag("--version", "emulator-resident 0.1.0");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::resident::run(options);
}
