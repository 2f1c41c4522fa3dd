#pragma once
// Coroutines of the project are Asio awaitables, run on one loop thread per process. This header is
// light: include firmware/base/asio.h only in the .cpp that needs sockets or operators.

#include <boost/asio/awaitable.hpp>

namespace madoguchi {

/// A coroutine that gives a T. Cancelling it (by asio's cancellation, as `a || b` does) makes the
/// pending await throw boost::system::system_error(operation_aborted); only wiring code catches
/// that.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace madoguchi
