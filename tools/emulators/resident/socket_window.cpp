#include <array>

#include <poll.h>
#include <unistd.h>

#include "firmware/message/channel.h"
#include "firmware/message/ui_protocol.h"
#include "tools/emulators/resident/window.h"

namespace madoguchi::resident {
namespace {

class SocketWindow final : public Window {
 public:
  explicit SocketWindow(int fd) : channel_(fd) {
    // A kiosk that was ended says nothing: what is sent to it then is lost, and receive() tells.
    (void)channel_.send(encode(UiToKiosk{UiReady{}}));
  }

  Result<std::optional<DrawnScreen>> next(int patience_ms) override {
    std::array<pollfd, 2> fds{{{channel_.fd(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), patience_ms) <= 0 || fds[0].revents == 0)
      return std::optional<DrawnScreen>();
    auto bytes = channel_.receive();
    if (!bytes) return bytes.error();
    auto message = decode<KioskToUi>(*bytes);
    if (!message) return message.error();
    if (const auto* draw = std::get_if<DrawSheet>(&*message)) {
      // There are no fonts here, so no sheet.
      (void)channel_.send(encode(UiToKiosk{SheetDrawn{draw->number, {}}}));
      return next(patience_ms);
    }
    const auto& shown = std::get<ShowScreen>(*message);
    DrawnScreen screen{shown.number, shown.screen.name, {}, {}};
    if (shown.screen.company) screen.pointed = shown.screen.company->ring;
    for (const Control* control : controls_of(shown.screen)) {
      screen.controls.push_back({control->id, std::string(codec::enum_name(control->role)),
                                 control->enabled, 0, 0, 0, 0});
    }
    return std::optional<DrawnScreen>(std::move(screen));
  }

  Status press(const DrawnScreen& screen, const DrawnControl& control, Touch) override {
    return channel_.send(encode(UiToKiosk{Intent{screen.number, control.id}}));
  }

 private:
  BlockingChannel channel_;
};

}  // namespace

std::unique_ptr<Window> window_on_socket(int fd) { return std::make_unique<SocketWindow>(fd); }

}  // namespace madoguchi::resident
