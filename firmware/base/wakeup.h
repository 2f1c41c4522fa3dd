#pragma once
// One coroutine waits, others of the same loop wake it. Loop thread only.

#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "firmware/base/task.h"

namespace madoguchi {

class Wakeup {
 public:
  /// Ends the wait that is pending, or the next one. Several calls before a wait count as one.
  void notify() {
    notified_ = true;
    if (const auto timer = timer_.lock()) timer->cancel();
  }
  /// Forgets a call of notify() that nobody has waited for.
  void forget() { notified_ = false; }

  /// One waiter at a time. Throws operation_aborted when cancelled.
  Task<void> wait();

 private:
  bool notified_ = false;
  std::weak_ptr<boost::asio::steady_timer> timer_;  // in the frame of wait()
};

}  // namespace madoguchi
