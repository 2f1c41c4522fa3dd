#include "ui/app/inbox.h"

#include <array>
#include <cassert>
#include <csignal>
#include <memory>

#include <SDL.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "firmware/base/log.h"
#include "ui/app/events.h"

namespace madoguchi::ui {
namespace {

constexpr Sint32 message_code = 0;
constexpr Sint32 end_code = 1;
constexpr Sint32 loss_code = 2;

void push(Uint32 type, Sint32 code, void* data) {
  SDL_Event event{};
  event.type = type;
  event.user.code = code;
  event.user.data1 = data;
  push_event(event);
}

int ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

}  // namespace

Inbox::Inbox(BlockingChannel& channel)
    : channel_(channel),
      event_type_(SDL_RegisterEvents(1)),
      signals_(ending_signals()),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  assert(signals_ >= 0 && stop_ >= 0);
  thread_ = std::thread([this] { run(); });
}

Inbox::~Inbox() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
  thread_.join();
  // What was pushed and never taken.
  SDL_Event event;
  while (SDL_PeepEvents(&event, 1, SDL_GETEVENT, event_type_, event_type_) == 1) take(event);
  ::close(signals_);
  ::close(stop_);
}

void Inbox::run() {
  std::array<pollfd, 3> waits{
      {{channel_.fd(), POLLIN, 0}, {signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  for (;;) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno == EINTR) continue;
    if (waits[2].revents) return;
    if (waits[1].revents) return push(event_type_, end_code, nullptr);
    if (!waits[0].revents) continue;
    const auto bytes = channel_.receive();
    if (!bytes) {
      log_event(Event::peer_lost, {{"peer", "kioskd"}, {"detail", bytes.error().text()}});
      push(event_type_, loss_code, nullptr);
      waits[0].fd = -1;  // poll(2) passes it over
      continue;
    }
    auto message = decode<KioskToUi>(*bytes);
    if (!message) {
      log_event(Event::message_refused, {{"peer", "kioskd"}, {"detail", message.error().text()}});
      continue;
    }
    push(event_type_, message_code, new KioskToUi(std::move(*message)));  // taken by take()
  }
}

std::unique_ptr<KioskToUi> Inbox::take(const SDL_Event& event) const {
  if (event.type != event_type_ || event.user.code != message_code) return nullptr;
  return std::unique_ptr<KioskToUi>(static_cast<KioskToUi*>(event.user.data1));
}

bool Inbox::is_loss(const SDL_Event& event) const {
  return event.type == event_type_ && event.user.code == loss_code;
}

bool Inbox::is_end(const SDL_Event& event) const {
  return event.type == event_type_ && event.user.code == end_code;
}

}  // namespace madoguchi::ui
