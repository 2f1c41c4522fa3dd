#pragma once
// One thread for one blocking library (PC/SC, libnfc, CUPS ...). Work goes in, the completion comes
// back to the loop.

#include <functional>
#include <memory>
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
  Task<void> run_erased(std::function<void()> work, std::function<void()> interrupt);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
