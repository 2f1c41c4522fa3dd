#pragma once
// Runs one coroutine to its end on a loop, in real time. For tests with real sockets and real processes; tests in
// virtual time step VirtualTimers instead.

#include <CppUTest/TestHarness.h>

#include <chrono>
#include <exception>
#include <optional>

#include "firmware/base/asio.h"

namespace madoguchi {

/// Gives the task's result; an exception of the task is thrown here. Fails the test after the limit.
template <class T>
T run_task(asio::io_context& loop, Task<T> task,
           std::chrono::seconds limit = std::chrono::seconds(60)) {
  std::exception_ptr thrown;
  bool done = false;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const auto run = [&] {
    loop.restart();
    while (!done && loop.run_one_until(deadline) > 0) {
    }
    if (!done) FAIL("the task did not end in time");
    if (thrown) std::rethrow_exception(thrown);
  };
  if constexpr (std::is_void_v<T>) {
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) {
      thrown = error;
      done = true;
    });
    run();
  } else {
    std::optional<T> result;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
      thrown = error;
      if (!error) result.emplace(std::move(value));
      done = true;
    });
    run();
    return std::move(*result);
  }
}

}  // namespace madoguchi
