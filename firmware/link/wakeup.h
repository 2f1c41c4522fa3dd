#pragma once
// One coroutine waits, others of the same loop wake it. Include it in .cpp files only. Loop thread
// only.

#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "firmware/base/asio.h"

namespace madoguchi {

class Wakeup {
 public:
  /// Ends the wait that is pending, or the next one. Several calls before a wait count as one.
  void notify() {
    notified_ = true;
    if (timer_) timer_->cancel();
  }
  /// Forgets a call of notify() that nobody has waited for.
  void forget() { notified_ = false; }

  /// One waiter at a time. Throws operation_aborted when cancelled.
  Task<void> wait() {
    if (!notified_) {
      timer_.emplace(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      auto [error] = co_await timer_->async_wait(as_tuple_await);
      timer_.reset();
      if (!notified_) throw boost::system::system_error(error);
    }
    notified_ = false;
  }

 private:
  bool notified_ = false;
  std::optional<asio::steady_timer> timer_;
};

}  // namespace madoguchi
