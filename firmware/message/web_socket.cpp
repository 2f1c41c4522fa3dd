#include "firmware/message/web_socket.h"

#include <cassert>

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

constexpr Timers::Duration goodbye{1'000};  // for the last words, and for the peer's

}  // namespace

WebSocket::WebSocket(Timers& timers, WebSocketWire& wire, WebSocketLimits limits)
    : timers_(timers), wire_(wire), limits_(limits) {
  assert(limits_.patience < limits_.ping_every);
}

Task<Result<std::string>> WebSocket::receive() {
  Result<std::string> text = co_await wire_.read();
  if (!text) note(text.error());
  if (!text && text.error().code == Errc::unsupported) close(CloseCode::unacceptable);
  co_return text;
}

void WebSocket::say(std::string text) {
  if (closing_) return;
  waiting_ += text.size();
  if (waiting_ > limits_.most_waiting) {
    note({Errc::full, "web socket", "the peer does not take what is said"});
    closing_ = CloseCode::normal;
    cut_ = true;
    return ending_.notify();
  }
  queue_.push_back(std::move(text));
  queued_.notify();
}

void WebSocket::close(CloseCode code) {
  if (closing_) return;
  closing_ = code;
  queued_.notify();
  ending_.notify();
}

Task<Error> WebSocket::run(Task<void> story) {
  co_await (tell(std::move(story)) || write_all() || keep_alive() || watch_end());
  co_return why_.value_or(Error{Errc::gone, "web socket", "this side ended it"});
}

Task<void> WebSocket::tell(Task<void> story) {
  co_await std::move(story);
  close(CloseCode::normal);
  co_await timers_.sleep(2 * goodbye);  // watch_end() is over before
}

Task<void> WebSocket::write_all() {
  for (;;) {
    while (!queue_.empty()) {
      const std::string text = std::move(queue_.front());
      queue_.pop_front();
      const Status written = co_await wire_.write(text);
      waiting_ -= text.size();
      if (!written) co_return note(written.error());
    }
    if (closing_) {
      (void)co_await wire_.close(*closing_);
      co_return;
    }
    co_await queued_.wait();
  }
}

Task<void> WebSocket::keep_alive() {
  for (;;) {
    co_await timers_.sleep(limits_.ping_every - limits_.patience);
    const std::uint64_t before = wire_.signs_of_life();
    // Behind a write that the peer does not take the ping has to wait, and that is no life either.
    const std::optional<Status> pinged = co_await within(timers_, limits_.patience, wire_.ping());
    if (pinged && !*pinged) co_return note(pinged->error());
    if (pinged) co_await timers_.sleep(limits_.patience);
    if (wire_.signs_of_life() == before) {
      co_return note({Errc::timeout, "web socket", "a ping was not answered"});
    }
  }
}

Task<void> WebSocket::watch_end() {
  co_await ending_.wait();
  if (!cut_) co_await timers_.sleep(goodbye);
}

/// The first reason counts; what follows from it does not.
void WebSocket::note(Error why) {
  if (!why_) why_ = std::move(why);
}

}  // namespace madoguchi
