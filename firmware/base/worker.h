#pragma once
// One thread for one blocking library (PC/SC, libnfc, CUPS ...). Work goes in, the completion comes
// back to the loop.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "firmware/base/task.h"

namespace madoguchi {

class Worker {
 public:
  /// The name shows in debuggers; at most 15 characters.
  explicit Worker(std::string name);
  /// Lets the current work end, drops what waits, joins.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Whether work runs or waits. Loop thread.
  [[nodiscard]] bool busy() const;

  /// Runs `work` on the worker's thread and resumes on the caller's loop with its result. Work runs
  /// one piece at a time, in order. When the await is cancelled, `interrupt` is called on the loop
  /// thread (to end a blocking wait) and the await still ends only after `work` has returned:
  /// nothing outlives its caller. Then it throws operation_aborted if the work had not begun, else
  /// gives the work's result.
  template <class F>
  Task<std::invoke_result_t<F>> run(F work, std::function<void()> interrupt = {}) {
    using R = std::invoke_result_t<F>;
    if constexpr (std::is_void_v<R>) {
      co_await run_erased([&work] { work(); }, std::move(interrupt));
    } else {
      std::unique_ptr<R> result;
      co_await run_erased([&] { result = std::make_unique<R>(work()); }, std::move(interrupt));
      co_return std::move(*result);
    }
  }

 private:
  friend void let_go(const std::shared_ptr<Worker>& worker, std::chrono::milliseconds patience);
  Task<void> run_erased(std::function<void()> work, std::function<void()> interrupt);
  bool finish_within(std::chrono::milliseconds patience);

  struct State;
  std::unique_ptr<State> state_;
};

/// False when the work takes longer than that: it goes on, keeps the worker, and must own all that
/// it uses. A worker that was given up so lives until the process ends, since its thread may never
/// come back.
Task<bool> run_erased_for(std::chrono::milliseconds patience, std::shared_ptr<Worker> worker,
                          std::function<void()> work);

/// For the destructor of who has such a worker: its thread must have ended before the loop goes, to
/// which it reports. Waits so long for the work at hand and drops the rest; a thread that does not
/// come back is left behind.
void let_go(const std::shared_ptr<Worker>& worker, std::chrono::milliseconds patience);

/// For a library whose call a driver or a daemon may never end. Nothing when the work takes longer
/// than that, as above. A cancelled await ends at once; the work goes on.
template <class F>
Task<std::optional<std::invoke_result_t<F>>> run_for(std::chrono::milliseconds patience,
                                                     std::shared_ptr<Worker> worker, F work) {
  struct Shared {
    F work;
    std::optional<std::invoke_result_t<F>> result;
  };
  const auto shared = std::make_shared<Shared>(Shared{std::move(work), {}});
  std::function<void()> run = [shared] { shared->result.emplace(shared->work()); };
  const bool in_time = co_await run_erased_for(patience, std::move(worker), std::move(run));
  if (!in_time) co_return std::nullopt;
  co_return std::move(shared->result);
}

}  // namespace madoguchi
