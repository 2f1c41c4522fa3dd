#pragma once
// Time is injected: the kiosk uses SystemTimers, tests step VirtualTimers and never sleep.

#include <chrono>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "firmware/base/task.h"

namespace madoguchi {

/// Clocks and sleeping. Loop thread only.
class Timers {
 public:
  using Duration = std::chrono::milliseconds;
  using Monotonic = std::chrono::steady_clock::time_point;
  using Wall = std::chrono::system_clock::time_point;

  virtual ~Timers() = default;
  /// For deadlines and durations; never jumps.
  [[nodiscard]] virtual Monotonic now() const = 0;
  /// For what people and journals read; may jump.
  [[nodiscard]] virtual Wall wall() const = 0;
  /// Throws system_error(operation_aborted) when cancelled.
  virtual Task<void> sleep(Duration duration) = 0;
};

class SystemTimers final : public Timers {
 public:
  [[nodiscard]] Monotonic now() const override;
  [[nodiscard]] Wall wall() const override;
  Task<void> sleep(Duration duration) override;
};

/// A clock that stands still until somebody steps it.
class VirtualTimers final : public Timers {
 public:
  explicit VirtualTimers(Wall start);

  [[nodiscard]] Monotonic now() const override { return now_; }
  [[nodiscard]] Wall wall() const override { return wall_; }
  Task<void> sleep(Duration duration) override;

  /// When the next sleeper is due; nothing when nobody sleeps.
  [[nodiscard]] bool next_due(Duration& in) const;
  /// Moves both clocks and wakes every sleeper that is due. Poll the loop afterwards.
  void advance(Duration by);
  /// Moves only the wall clock, as a time correction would.
  void set_wall(Wall wall) { wall_ = wall; }

 private:
  struct Sleeper {
    Monotonic due;
    boost::asio::steady_timer timer;
    bool done = false;
  };
  Monotonic now_{};
  Wall wall_;
  // Shared between the sleeping coroutine, which may be cancelled at any moment, and this list.
  std::vector<std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace madoguchi
