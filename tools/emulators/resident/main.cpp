// emulator-resident: plays a scenario on the kiosk's window. See scenario.h for the table, window.h
// for what it looks at.
//
// Standard output, one line each:
//   ready            the window is open
//   see NAME         a screen was drawn
//   press NAME ID    a control was tapped
//   do WORDS         something for other hands; waits for the line "done" on standard input
//   fail WHY         the scenario cannot go on; exit code 1
// It ends with its standard input (EOF, or any other line), with the kiosk (--fd) or SIGTERM; exit
// code 0 then.

#include <chrono>
#include <iostream>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/emulators/resident/scenario.h"
#include "tools/emulators/resident/window.h"

namespace madoguchi::resident {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string display;
  std::string layout;
  int fd = -1;
  std::string scenario;
  std::string again;
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
  Resident(Scenario scenario, Window& window, std::string again)
      : scenario_(std::move(scenario)), window_(window), again_(std::move(again)) {}

  /// The exit code.
  int play(int patience_s) {
    patience_ms_ = patience_s * 1000;
    for (;;) {
      const auto started = Clock::now();
      const auto screen = window_.next(patience_ms_);
      if (!screen) return screen.error().code == Errc::gone ? 0 : fail(screen.error().text());
      if (!*screen) {
        const bool waited = Clock::now() - started >= std::chrono::seconds(patience_s);
        return waited ? fail("nothing new for " + std::to_string(patience_s) + " s on screen '" +
                             last_.name + "'")
                      : 0;
      }
      // The same screen drawn once more (a pressed key, a moving clock, a helper's ring) asks for
      // nothing new.
      const bool known = (*screen)->number == last_.number || only_pointed(last_, **screen);
      last_ = std::move(**screen);
      if (known) continue;
      const Status done = answer(last_);
      if (!done) {
        const Errc code = done.error().code;
        return code == Errc::cancelled || code == Errc::gone ? 0 : fail(done.error().what);
      }
    }
  }

 private:
  /// Errors: cancelled when the program shall end, gone when the kiosk has.
  Status answer(const DrawnScreen& screen) {
    say_line("see " + screen.name);
    if (screen.name == again_) scenario_.begin_again();
    const auto step = scenario_.next(screen.name);
    if (!step)
      return Error{Errc::not_found, "scenario",
                   "screen '" + screen.name + "' is not in the scenario"};
    for (const auto& action : *step) {
      if (const Status done = act(screen, action); !done) return done;
    }
    return {};
  }

  Status act(const DrawnScreen& screen, const Action& action) {
    if (action.kind == Action::Kind::ask) return ask(action.what);
    if (action.kind == Action::Kind::press_when_there) return press_when_there(action.what);
    const auto* control = find_control(screen, action.what);
    const bool disabled = control != nullptr && !control->enabled;
    if (disabled && action.kind == Action::Kind::press_if_enabled) return {};
    const Touch touch = action.kind == Action::Kind::hold    ? Touch::hold
                        : action.kind == Action::Kind::swipe ? Touch::swipe
                                                             : Touch::tap;
    return press(screen, action.what, touch);
  }

  Status press_when_there(const std::string& id) {
    for (bool newest = false;;) {
      const auto* control = find_control(last_, id);
      if (newest && control != nullptr && control->enabled) return press(last_, id, Touch::tap);
      auto screen = window_.next(newest ? patience_ms_ : 0);
      if (!screen) return screen.error();
      if (*screen) {
        last_ = std::move(**screen);
        newest = false;
      } else if (!newest) {
        newest = true;
      } else {
        return Error{
            Errc::timeout, "when",
            "control '" + id + "' did not come; screen '" + last_.name + "' has: " + ids_of(last_)};
      }
    }
  }

  static Status ask(const std::string& words) {
    say_line("do " + words);
    std::string answer;
    if (!std::getline(std::cin, answer) || answer != "done")
      return Error{Errc::cancelled, "ask", words};
    return {};
  }

  Status press(const DrawnScreen& screen, const std::string& id, Touch touch) {
    const std::string here = "control '" + id + "' of screen '" + screen.name + "'";
    const auto* control = find_control(screen, id);
    if (control == nullptr)
      return Error{Errc::not_found, "press", "no " + here + ", it has: " + ids_of(screen)};
    if (!control->enabled) return Error{Errc::refused, "press", here + " is disabled"};
    if (Status pressed = window_.press(screen, *control, touch); !pressed) return pressed;
    say_line("press " + screen.name + " " + id);
    return {};
  }

  Scenario scenario_;
  Window& window_;
  std::string again_;
  int patience_ms_ = 60'000;
  DrawnScreen last_{-1, "(none)", {}, {}};
};

Result<std::unique_ptr<Window>> open_window(const Options& options) {
  if (options.fd >= 0) return window_on_socket(options.fd);
  return window_on_display(options.display, options.layout);
}

int run(const Options& options) {
  const auto table = read_file(options.scenario);
  if (!table) return wrong_input(table.error());
  auto scenario = Scenario::parse(as_text(*table));
  if (!scenario) return wrong_input(scenario.error());
  const auto window = open_window(options);
  if (!window) return wrong_input(window.error());
  say_line("ready");
  return Resident(std::move(*scenario), **window, options.again).play(options.patience_s);
}

}  // namespace
}  // namespace madoguchi::resident

int main(int argc, char** argv) {
  CLI::App app("A resident in front of the kiosk's window: taps controls by their meaning.",
               "emulator-resident");
  madoguchi::resident::Options options;
  auto* display = app.add_option("--display", options.display, "X display, such as :0");
  auto* layout =
      app.add_option("--layout", options.layout, "the file that kiosk-ui --layout appends to");
  auto* fd = app.add_option("--fd", options.fd, "kiosk-ui's end of kioskd's socket pair, instead")
                 ->check(CLI::Range(0, 65535));
  display->needs(layout)->excludes(fd);
  layout->needs(display)->excludes(fd);
  app.add_option("--scenario", options.scenario, "the table of screens and steps")->required();
  app.add_option("--again", options.again,
                 "a screen, such as welcome, at which the scenario begins anew");
  app.add_option("--patience", options.patience_s, "seconds without a new screen until it gives up")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.set_version_flag("--version", "emulator-resident 0.1.0");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  if (fd->count() == 0 && display->count() == 0) {
    std::cerr << "emulator-resident: --display and --layout, or --fd is wanted\n";
    return 2;
  }
  return madoguchi::resident::run(options);
}
