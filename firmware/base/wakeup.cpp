#include "firmware/base/wakeup.h"

#include "firmware/base/asio.h"

namespace madoguchi {

Task<void> Wakeup::wait() {
  if (!notified_) {
    const auto executor = co_await asio::this_coro::executor;
    // The frame's: it goes with its loop, whether the Wakeup goes before or after.
    const auto timer =
        std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    timer_ = timer;
    auto [error] = co_await timer->async_wait(as_tuple_await);
    if (!notified_) throw boost::system::system_error(error);
  }
  notified_ = false;
}

}  // namespace madoguchi
