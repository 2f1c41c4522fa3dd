// kiosk-ui: draws what kioskd says and tells it what was pressed. Wiring only.
#include <csignal>
#include <cstdio>
#include <functional>

#include <SDL.h>
#include <pthread.h>

#include "firmware/base/command_line.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/message/channel.h"
#include "firmware/message/descriptor.h"
#include "ui/app/absence.h"
#include "ui/app/config.h"
#include "ui/app/evdev_input.h"
#include "ui/app/events.h"
#include "ui/app/inbox.h"
#include "ui/app/preview.h"
#include "ui/app/window.h"
#include "ui/paper/sheet_page.h"
#include "ui/receipt/slip_picture.h"

namespace madoguchi::ui {
namespace {

struct Options {
  std::string config;
  int fd = -1;
  int call_fd = -1;
  std::string screenshots;
  std::string layout_file;
  std::string preview;
  std::string slip;
  std::string png;
  std::string size;
  std::string language;
  std::string board;
  std::string absence;
};

int complain(const Error& error) {
  (void)std::fprintf(stderr, "kiosk-ui: %s\n", error.text().c_str());
  return 2;
}

std::optional<Key> key_of(const SDL_Keysym& key) {
  switch (key.sym) {
    case SDLK_TAB:
      return (key.mod & KMOD_SHIFT) ? Key::previous : Key::next;
    case SDLK_LEFT:
      return Key::left;
    case SDLK_RIGHT:
      return Key::right;
    case SDLK_UP:
      return Key::up;
    case SDLK_DOWN:
      return Key::down;
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
    case SDLK_SPACE:
      return Key::press;
    case SDLK_BACKSPACE:
    case SDLK_DELETE:
      return Key::erase;
    case SDLK_ESCAPE:
      return Key::leave;
    default:
      return std::nullopt;
  }
}

std::optional<char> digit_of(const SDL_Keysym& key) {
  if (key.sym >= SDLK_0 && key.sym <= SDLK_9) return static_cast<char>('0' + (key.sym - SDLK_0));
  if (key.sym == SDLK_KP_0) return '0';
  if (key.sym >= SDLK_KP_1 && key.sym <= SDLK_KP_9)
    return static_cast<char>('1' + (key.sym - SDLK_KP_1));
  return std::nullopt;
}

Point point_of(Sint32 x, Sint32 y) { return {static_cast<double>(x), static_cast<double>(y)}; }

void handle_input(Window& window, const SDL_Event& event) {
  const auto now = std::chrono::steady_clock::now();
  switch (event.type) {
    // Touch comes as the left button of a mouse (SDL_HINT_TOUCH_MOUSE_EVENTS): the first finger
    // only.
    case SDL_MOUSEBUTTONDOWN:
      if (event.button.button == SDL_BUTTON_LEFT)
        window.finger_down(point_of(event.button.x, event.button.y), now);
      break;
    case SDL_MOUSEMOTION:
      window.finger_moved(point_of(event.motion.x, event.motion.y));
      break;
    case SDL_MOUSEBUTTONUP:
      if (event.button.button == SDL_BUTTON_LEFT)
        window.finger_up(point_of(event.button.x, event.button.y), now);
      break;
    case SDL_KEYDOWN:
      if (event.key.repeat) break;
      if (const auto key = key_of(event.key.keysym)) {
        window.key(*key, now);
      } else if (const auto digit = digit_of(event.key.keysym)) {
        window.typed(*digit, now);
      }
      break;
    default:
      break;
  }
}

using Send = std::function<void(const UiToKiosk&)>;

/// What kioskd says.
struct Obey {
  Window& window;
  const Fonts& fonts;
  const City& city;
  const Send& send;

  void operator()(const ShowScreen& show) const { window.show(show); }
  void operator()(const DrawSlip& draw) const {
    SlipDrawn drawn{draw.number, {}};
    if (auto raster = draw_slip(fonts, city, draw.slip)) {
      drawn.raster = std::move(*raster);
    } else {
      log_event(Event::ui_event, {{"what", "slip"}, {"error", raster.error().text()}});
    }
    send(drawn);
  }
  void operator()(const DrawSheet& draw) const {
    SheetDrawn drawn{draw.number, {}};
    if (auto pdf = draw_sheet(fonts, city, draw.sheet)) {
      drawn.pdf = std::move(*pdf);
    } else {
      log_event(Event::ui_event, {{"what", "sheet"}, {"error", pdf.error().text()}});
    }
    send(drawn);
  }
  void operator()(const AskFrame& ask) const {
    window.exposed();
    send(FrameDrawn{ask.number});
  }
  void operator()(const WatchTouch& watch) const {
    const std::int64_t number = watch.number;
    window.watch_touch(watch,
                       [tell = send, number](std::int32_t cell) { tell(TouchSeen{number, cell}); });
  }
};

// Of moving pictures: a display's rate. Without them the process sleeps until something happens.
constexpr std::chrono::milliseconds frame{16};

/// Until the process shall end. The exit code.
int run(Window& window, Absence& absence, const Inbox& inbox, const Obey& obey) {
  const auto pace = watchdog_pace();
  SDL_Event event;
  for (;;) {
    const bool moves = window.moves();
    auto at_most = pace;
    if (const auto due = absence.due(std::chrono::steady_clock::now());
        due && (!pace || *due < *pace))
      at_most = due;
    if (moves) at_most = frame;
    const bool came = wait_for_event(event, at_most);
    window.refresh();
    if (pace) tell_supervisor("WATCHDOG=1");
    if (absence.tick(std::chrono::steady_clock::now())) return 0;
    if (!came && at_most) continue;
    if (!came) break;
    if (inbox.is_end(event) || event.type == SDL_QUIT) return 0;
    if (inbox.is_loss(event)) {
      if (!absence.begin(std::chrono::steady_clock::now())) return 0;
    } else if (const auto message = inbox.take(event)) {
      std::visit(obey, *message);
      if (std::holds_alternative<ShowScreen>(*message)) absence.over();
    } else if (event.type == SDL_WINDOWEVENT &&
               event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
      if (const Status resized = window.resized(); !resized) return complain(resized.error());
    } else if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_EXPOSED) {
      window.exposed();
    } else {
      handle_input(window, event);
    }
  }
  return complain({Errc::io, "SDL_WaitEvent", SDL_GetError()});
}

/// SDL, and where frames go.
Result<std::unique_ptr<Presenter>> open_presenter(const WindowConfig& config) {
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
  // Else SDL takes OpenGL: 150 MB and ten times slower.
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
  if (SDL_Init(config.on_panel ? SDL_INIT_EVENTS : SDL_INIT_VIDEO) != 0)
    return Error{Errc::unsupported, "SDL_Init", SDL_GetError()};
  if (config.on_panel) return open_drm_panel(config.panel, config.rotation);
  auto presenter = open_sdl_window(config.panel, config.fullscreen);
  if (presenter && config.fullscreen) SDL_ShowCursor(SDL_DISABLE);
  return presenter;
}

int serve(const Options& options, const WindowConfig& config) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before any thread: the inbox waits for them

  auto fonts = Fonts::load(config.fonts);
  if (!fonts) return complain(fonts.error());
  auto recorder = Recorder::open(options.screenshots, options.layout_file);
  if (!recorder) return complain(recorder.error());

  auto presenter = open_presenter(config);
  if (!presenter) return complain(presenter.error());
  std::optional<EvdevInput> input;
  if (config.on_panel)
    input.emplace(PanelTurn{config.rotation, (*presenter)->width(), (*presenter)->height()},
                  config.touch);

  std::optional<BlockingChannel> channel;
  const Send send = [&channel](const UiToKiosk& message) {
    if (const Status sent = channel->send(encode(message)); !sent) {
      log_event(Event::peer_lost, {{"peer", "kioskd"}, {"detail", sent.error().text()}});
    }
  };
  Window window(**presenter, *fonts, config.panel, config.city, std::move(*recorder),
                [&](const Intent& intent) { send(intent); });
  log_event(Event::process_started,
            {{"video", config.on_panel ? "drm" : SDL_GetCurrentVideoDriver()}});
  tell_supervisor("READY=1");  // the first picture is on the glass

  // Only now are the neighbours waited for, or whoever hands over the way to them.
  const auto end = connected_end(options.fd);
  if (!end) return complain(end.error());
  channel.emplace(*end);
  if (options.call_fd >= 0) {
    const auto call_end = connected_end(options.call_fd);
    if (!call_end) return complain(call_end.error());
    window.show_calls_of(*call_end);
  }
  send(UiReady{});
  int code = 0;
  {
    Absence absence(window, {config.patience, config.phone, options.absence},
                    std::chrono::steady_clock::now());
    const Inbox inbox(*channel);
    code = run(window, absence, inbox, Obey{window, *fonts, config.city, send});
  }
  log_event(Event::process_stopping);
  return code;
}

Result<Preview> preview_of(const Options& options) {
  Preview preview{options.preview, options.png, {}, {}, options.layout_file, options.board};
  if (!options.size.empty()) {
    preview.size = codec::enum_value<TextSize>(options.size);
    if (!preview.size) return Error{Errc::invalid, "--size", "must be s, m, l or xl"};
  }
  if (!options.language.empty()) preview.language = options.language;
  return preview;
}

int start(const Options& options) {
  WindowConfig config;
  if (!options.config.empty()) {
    auto loaded = load_config(options.config);
    if (!loaded) return complain(loaded.error());
    config = std::move(*loaded);
  }
  if (!options.slip.empty()) {
    const Status drawn = draw_slip_preview(options.slip, options.png, config);
    return drawn ? 0 : complain(drawn.error());
  }
  if (!options.preview.empty()) {
    const auto preview = preview_of(options);
    if (!preview) return complain(preview.error());
    const Status drawn = draw_preview(*preview, config);
    return drawn ? 0 : complain(drawn.error());
  }
  if (options.config.empty() || options.fd < 0) {
    return complain(
        {Errc::invalid, "options", "--config and --fd are needed (or --preview and --png)"});
  }
  const int code = serve(options, config);
  SDL_Quit();
  return code;
}

}  // namespace
}  // namespace madoguchi::ui

int main(int argc, char** argv) {
  madoguchi::set_log_process("kiosk-ui");
  madoguchi::ui::Options options;
  CLI::App app("Draws the kiosk's screens and reports what was pressed.", "kiosk-ui");
  app.set_version_flag("--version", MADOGUCHI_VERSION);
  app.add_option("--config", options.config, "kiosk.toml; [screen] is read")->type_name("FILE");
  app.add_option("--fd", options.fd, "this end of the socket pair with kioskd")->type_name("N");
  app.add_option("--call-fd", options.call_fd,
                 "this end of the socket pair with kiosk-call, which gives a call's pictures; "
                 "without it calls have none")
      ->type_name("N");
  app.add_option(
         "--absence", options.absence,
         "with a supervisor that starts kiosk-ui again: a file that outlives the restart and "
         "not the machine's; keeps on the glass what is said while there is no kioskd")
      ->type_name("FILE");
  app.add_option("--screenshots", options.screenshots, "write NN-name.png at each new screen")
      ->type_name("DIR");
  app.add_option("--layout", options.layout_file,
                 "append where the controls are, one JSON line a screen")
      ->type_name("FILE");
  auto* const preview =
      app.add_option("--preview", options.preview, "draw the screens of a JSON file and end");
  preview->type_name("FILE");
  auto* const slip = app.add_option("--slip", options.slip,
                                    "draw the slip of a JSON file as it is printed and end");
  slip->type_name("FILE");
  auto* const png =
      app.add_option("--png", options.png,
                     "for --preview and --slip: a file, or a directory for a list of screens");
  png->type_name("PATH");
  preview->needs(png);
  slip->needs(png);
  app.add_option("--size", options.size, "for --preview: s, m, l or xl instead of the screen's own")
      ->needs(preview);
  app.add_option("--language", options.language, "for --preview: instead of the screen's own")
      ->needs(preview);
  app.add_option("--board", options.board,
                 "for --preview: the pictures of calls, a file as picture_board.h has it")
      ->type_name("FILE")
      ->needs(preview);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::ui::start(options);
}
