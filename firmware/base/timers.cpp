#include "firmware/base/timers.h"

#include <algorithm>

#include "firmware/base/asio.h"

namespace madoguchi {

Timers::Monotonic SystemTimers::now() const { return std::chrono::steady_clock::now(); }

Timers::Wall SystemTimers::wall() const { return std::chrono::system_clock::now(); }

Task<void> SystemTimers::sleep(Duration duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

VirtualTimers::VirtualTimers(Wall start) : wall_(start) {}

Task<void> VirtualTimers::sleep(Duration duration) {
  if (duration <= Duration::zero()) co_return co_await asio::post(asio::use_awaitable);
  auto sleeper = std::make_shared<Sleeper>(
      Sleeper{now_ + duration, asio::steady_timer(co_await asio::this_coro::executor), false});
  sleeper->timer.expires_at(Monotonic::max());
  sleepers_.push_back(sleeper);
  // Leaves the list also when the frame is destroyed in its sleep, as by a power cut in a test.
  const struct Place {
    std::vector<std::shared_ptr<Sleeper>>& list;
    const std::shared_ptr<Sleeper>& self;
    ~Place() { std::erase(list, self); }
  } place{sleepers_, sleeper};
  auto [error] = co_await sleeper->timer.async_wait(as_tuple_await);
  if (!sleeper->done) throw boost::system::system_error(error);
}

bool VirtualTimers::next_due(Duration& in) const {
  if (sleepers_.empty()) return false;
  const auto first = std::min_element(sleepers_.begin(), sleepers_.end(),
                                      [](const auto& a, const auto& b) { return a->due < b->due; });
  in = std::chrono::ceil<Duration>((*first)->due - now_);
  return true;
}

void VirtualTimers::advance(Duration by) {
  now_ += by;
  wall_ += by;
  for (const auto& sleeper : sleepers_) {
    if (sleeper->due > now_ || sleeper->done) continue;
    sleeper->done = true;
    sleeper->timer.cancel();
  }
}

}  // namespace madoguchi
