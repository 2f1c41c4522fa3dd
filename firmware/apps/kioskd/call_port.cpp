#include "firmware/apps/kioskd/call_port.h"

#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {

struct CallPort::State {
  State(const asio::any_io_executor& loop, int fd) : channel(loop, fd) {}
  Channel channel;
  Listener listener;
  std::optional<CallReady> ready;
  std::int64_t connection = 0;  // that was begun last
  bool gone = false;
};

CallPort::CallPort(const asio::any_io_executor& loop, int fd)
    : state_(std::make_unique<State>(loop, fd)) {}
CallPort::~CallPort() = default;

void CallPort::say(const KioskToCall& message) {
  if (state_->gone) return;
  if (const auto* start = std::get_if<StartCall>(&message)) state_->connection = start->connection;
  if (Status sent = state_->channel.send<KioskToCall>(message); !sent)
    log_event(Event::message_refused, {{"peer", "kiosk-call"}, {"error", sent.error().text()}});
}

void CallPort::listen_with(Listener listener) { state_->listener = std::move(listener); }

const std::optional<CallReady>& CallPort::ready() const { return state_->ready; }

Task<void> CallPort::listen() {
  for (;;) {
    auto message = co_await state_->channel.receive_as<CallToKiosk>();
    // A listener may take itself away while it listens.
    const Listener listener = state_->listener;
    if (message) {
      if (const auto* ready = std::get_if<CallReady>(&*message)) state_->ready = *ready;
      if (listener) listener(*message);
      continue;
    }
    log_event(Event::message_refused, {{"peer", "kiosk-call"}, {"error", message.error().text()}});
    if (message.error().code != Errc::gone) continue;
    state_->gone = true;
    state_->ready.reset();
    const CallMoved moved{state_->connection, CallState::failed, "kiosk-call is gone"};
    if (listener) listener(CallToKiosk{moved});
    co_return;
  }
}

}  // namespace madoguchi
