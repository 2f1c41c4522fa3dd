#pragma once
// The parts of Asio that coroutine code uses. Include it in .cpp files only: it costs seconds per
// translation unit.

#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"

namespace madoguchi {

namespace asio = boost::asio;
using boost::asio::experimental::awaitable_operators::operator||;
using boost::asio::experimental::awaitable_operators::operator&&;

/// For co_await: errors come back as the first tuple element instead of an exception.
inline constexpr auto as_tuple_await = asio::as_tuple(asio::use_awaitable);

/// Runs the task for at most the given time. Nothing when the time was up; the task is cancelled
/// then.
template <class T>
Task<std::optional<T>> within(Timers& timers, Timers::Duration limit, Task<T> task) {
  // In an optional, because `||` would take a result apart that is itself a variant.
  const auto whole = [](Task<T> inner) -> Task<std::optional<T>> {
    co_return co_await std::move(inner);
  };
  auto either = co_await (whole(std::move(task)) || timers.sleep(limit));
  if (either.index() == 0) co_return std::get<0>(std::move(either));
  co_return std::nullopt;
}

}  // namespace madoguchi
