#pragma once
// A call either gives a value or says why not. Nothing of the project throws for an expected
// failure; exceptions are left to Asio's cancellation.

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace madoguchi {

/// What kind of failure it was: what a caller may branch on. Everything else is text for people.
enum class Errc {
  cancelled,    ///< somebody asked for the call to stop
  timeout,      ///< the deadline passed
  gone,         ///< the device or peer is not there (any more)
  io,           ///< the transport failed in the middle
  protocol,     ///< the peer said something its protocol does not allow
  refused,      ///< the peer understood and said no
  invalid,      ///< the caller's or the user's input is wrong
  not_found,    ///< what was asked for does not exist
  unsupported,  ///< the peer cannot do this
  busy,         ///< try again later
  full,         ///< no space, no memory, a cap reached
  integrity,    ///< a signature, hash or binding does not match
};

/// The name of an error code as it is written to logs ("integrity").
std::string_view name_of(Errc code);

struct Error {
  Errc code;
  std::string where;  ///< the operation: "pcsc.transmit", "config.kiosk.toml:12"
  std::string what;   ///< what happened and what to do; never a secret, never personal data

  /// "where: what (code)" for logs and command lines.
  [[nodiscard]] std::string text() const;
};

/// Either a T or an Error. Reading the wrong one is a bug and aborts.
template <class T = void>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] T value_or(T other) && {
    return ok() ? std::move(*this).value() : std::move(other);
  }

  [[nodiscard]] const Error& error() const { return assert(!ok()), *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return assert(failed_), error_; }

 private:
  bool failed_ = false;
  Error error_{};
};

using Status = Result<void>;

}  // namespace madoguchi
