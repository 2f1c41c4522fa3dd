#include "firmware/apps/kioskd/link_port.h"

#include <map>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {
namespace {

// kiosk-link answers at the deadline; this much later it is not answering at all.
constexpr std::chrono::milliseconds grace{2'000};

struct Waiting {
  explicit Waiting(const asio::any_io_executor& loop) : arrived(loop) {
    arrived.expires_at(asio::steady_timer::time_point::max());
  }
  std::optional<HttpAnswer> answer;
  asio::steady_timer arrived;  // never expires; cancelled when the answer is there
};

}  // namespace

struct LinkPort::State {
  State(const asio::any_io_executor& loop, Timers& clock, FaultBoard& board, int fd)
      : channel(loop, fd), timers(clock), faults(board) {}
  Channel channel;
  Timers& timers;
  FaultBoard& faults;
  bool up = false;
  std::map<std::string, Waiting*> waiting;  // by call id; each lives in its call()'s frame
};

LinkPort::LinkPort(const asio::any_io_executor& loop, Timers& timers, FaultBoard& faults, int fd)
    : state_(std::make_unique<State>(loop, timers, faults, fd)) {}
LinkPort::~LinkPort() = default;

bool LinkPort::up() const { return state_->up; }

Task<HttpAnswer> LinkPort::call(HttpCall call) {
  HttpAnswer none{call.id, {}, std::string(name_of(Errc::timeout)), {}};
  Waiting waiting(co_await asio::this_coro::executor);
  state_->waiting[call.id] = &waiting;
  const auto limit = std::chrono::milliseconds(call.deadline_ms) + grace;
  if (Status sent = state_->channel.send<KioskToLink>(std::move(call)); !sent) {
    none.failure = std::string(name_of(sent.error().code));
  } else {
    const auto arrived = [&]() -> Task<void> {
      co_await waiting.arrived.async_wait(as_tuple_await);
    };
    co_await (arrived() || state_->timers.sleep(limit));
  }
  state_->waiting.erase(none.id);
  co_return waiting.answer ? std::move(*waiting.answer) : std::move(none);
}

Task<void> LinkPort::listen() {
  for (;;) {
    auto message = co_await state_->channel.receive_as<LinkToKiosk>();
    if (!message) {
      if (message.error().code == Errc::gone) co_return;
      log_event(Event::message_refused, {{"error", message.error().text()}});
    } else if (auto* link = std::get_if<LinkState>(&*message)) {
      state_->up = link->up;
      if (link->up) {
        state_->faults.clear("link");
      } else {
        state_->faults.raise({"link", "down", link->detail});
      }
    } else if (auto* answer = std::get_if<HttpAnswer>(&*message)) {
      const auto found = state_->waiting.find(answer->id);
      if (found == state_->waiting.end()) continue;  // given up already
      found->second->answer = std::move(*answer);
      found->second->arrived.cancel();
    }
  }
}

}  // namespace madoguchi
