#include "firmware/base/wakeup.h"

#include "firmware/base/asio.h"

namespace madoguchi {

Task<void> Wakeup::wait() {
  if (!notified_) {
    // Also when the loop ends and destroys this frame: the timer must not outlive its loop.
    const struct Gone {
      std::optional<boost::asio::steady_timer>& timer;
      ~Gone() { timer.reset(); }
    } gone{timer_};
    timer_.emplace(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    auto [error] = co_await timer_->async_wait(as_tuple_await);
    if (!notified_) throw boost::system::system_error(error);
  }
  notified_ = false;
}

}  // namespace madoguchi
