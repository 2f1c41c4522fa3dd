#include "ui/app/events.h"

#include <cstdint>

#include <SDL.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace madoguchi::ui {
namespace {

int wakeups() {
  static const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd;
}

}  // namespace

void push_event(SDL_Event& event) {
  SDL_PushEvent(&event);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wakeups(), &one, sizeof one);
}

bool wait_for_event(SDL_Event& event, std::optional<std::chrono::milliseconds> at_most) {
  const int wait = at_most ? static_cast<int>(at_most->count()) : -1;
  if (SDL_WasInit(SDL_INIT_VIDEO))
    return (at_most ? SDL_WaitEventTimeout(&event, wait) : SDL_WaitEvent(&event)) == 1;
  for (;;) {
    if (SDL_PollEvent(&event)) return true;
    pollfd woken{wakeups(), POLLIN, 0};
    const bool late = ::poll(&woken, 1, wait) == 0;
    std::uint64_t drained = 0;
    [[maybe_unused]] const auto size = ::read(wakeups(), &drained, sizeof drained);
    if (late) return SDL_PollEvent(&event) == 1;
  }
}

}  // namespace madoguchi::ui
