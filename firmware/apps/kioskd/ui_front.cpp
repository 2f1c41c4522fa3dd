#include "firmware/apps/kioskd/ui_front.h"

#include <deque>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {

struct UiFront::State {
  State(const asio::any_io_executor& loop, int fd) : channel(loop, fd), arrived(loop) {
    arrived.expires_at(asio::steady_timer::time_point::max());
  }
  Channel channel;
  Screen shown;
  std::int64_t number = 0;          // of the screen shown now
  std::int64_t first_of_name = 0;   // of the first screen in a row with this name
  std::deque<std::string> presses;  // on the screen shown now
  asio::steady_timer arrived;       // never expires; cancelled to wake pressed()
};

UiFront::UiFront(const asio::any_io_executor& loop, int fd)
    : state_(std::make_unique<State>(loop, fd)) {}
UiFront::~UiFront() = default;

void UiFront::show(const Screen& screen) {
  // Presses that crossed a change of screen are dropped, but not those on the same question asked
  // again: somebody who types a PIN quickly presses the next digit before the last one is drawn.
  ++state_->number;
  if (state_->shown.name != screen.name) {
    state_->presses.clear();
    state_->first_of_name = state_->number;
  }
  state_->shown = screen;
  if (Status sent = state_->channel.send<KioskToUi>(ShowScreen{state_->number, screen}); !sent) {
    log_event(Event::message_refused, {{"error", sent.error().text()}});
  }
}

Task<std::string> UiFront::pressed() {
  for (;;) {
    while (!state_->presses.empty()) {
      std::string control = std::move(state_->presses.front());
      state_->presses.pop_front();
      const Control* found = find_control(state_->shown, control);
      if (found != nullptr && found->enabled) co_return control;
    }
    auto [error] = co_await state_->arrived.async_wait(as_tuple_await);
    // Waking pressed() and cancelling the coroutine look alike to the timer.
    if (state_->presses.empty()) throw boost::system::system_error(error);
  }
}

Task<void> UiFront::listen() {
  for (;;) {
    auto message = co_await state_->channel.receive_as<UiToKiosk>();
    if (message) {
      if (const auto* intent = std::get_if<Intent>(&*message)) take(*intent);
      continue;
    }
    if (message.error().code == Errc::gone) co_return;
    log_event(Event::message_refused, {{"error", message.error().text()}});
  }
}

void UiFront::take(const Intent& intent) {
  if (intent.number < state_->first_of_name || intent.number > state_->number) return;
  state_->presses.push_back(intent.control);
  state_->arrived.cancel();
}

}  // namespace madoguchi
