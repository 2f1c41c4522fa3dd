#pragma once
// Runs one coroutine to its end: in real time for tests with real sockets and real processes, in
// virtual time for the others.

#include <chrono>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "firmware/base/timers.h"

namespace madoguchi {

/// Gives the task's result; an exception of the task is thrown here. Fails the test after the
/// limit.
template <class T>
T run_task(asio::io_context& loop, Task<T> task,
           std::chrono::seconds limit = std::chrono::seconds(60)) {
  // Result<T> has no default value, which co_spawn's own result would need.
  using Stored = std::conditional_t<std::is_void_v<T>, bool, T>;
  std::optional<Stored> result;
  std::exception_ptr thrown;
  bool done = false;
  const auto store = [](Task<T> inner, std::optional<Stored>& out) -> Task<void> {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(inner);
      out = true;
    } else {
      out.emplace(co_await std::move(inner));
    }
  };
  asio::co_spawn(loop, store(std::move(task), result), [&](std::exception_ptr error) {
    thrown = error;
    done = true;
  });
  const auto deadline = std::chrono::steady_clock::now() + limit;
  loop.restart();
  while (!done && loop.run_one_until(deadline) > 0) {
  }
  if (!done) FAIL("the task did not end in time");
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// The same in virtual time, which passes whenever nothing else can happen. For a task that sleeps
/// and asks, alone.
template <class T>
T run_virtually(VirtualTimers& timers, Task<T> task) {
  asio::io_context loop;
  std::optional<T> result;
  const auto keep = [](Task<T> inner, std::optional<T>& out) -> Task<void> {
    out.emplace(co_await std::move(inner));
  };
  asio::co_spawn(loop, keep(std::move(task), result), asio::detached);
  for (int turns = 0; !result; ++turns) {
    loop.restart();
    if (loop.poll() > 0) continue;
    Timers::Duration due{};
    CHECK_TEXT(timers.next_due(due) && turns < 10'000, "the task does not end");
    timers.advance(due);
  }
  return std::move(*result);
}

}  // namespace madoguchi
