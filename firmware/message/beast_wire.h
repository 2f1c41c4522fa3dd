#pragma once
// WebSocketWire by Boost.Beast over any asynchronous stream. Brings Beast along: for the .cpp files
// of firmware/link and tools/gateway that own a TLS stream.

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "firmware/message/web_socket.h"

namespace madoguchi {

template <class Next>
class BeastWire final : public WebSocketWire {
 public:
  /// Without compression: Beast is built without it here.
  using Stream = boost::beast::websocket::stream<Next, false>;

  /// `next` is what Beast makes its stream of. Shake hands through stream().
  template <class... Args>
  explicit BeastWire(std::size_t most_message, Args&&... next)
      : stream_(std::forward<Args>(next)...) {
    stream_.read_message_max(most_message);
    stream_.text(true);
    stream_.control_callback([this](auto, auto) { ++signs_; });
  }

  Stream& stream() { return stream_; }

  Task<Result<std::string>> read() override {
    boost::beast::flat_buffer buffer;
    auto [error, size] = co_await stream_.async_read(buffer, as_tuple);
    if (error) co_return describe(error);
    ++signs_;
    if (!stream_.got_text())
      co_return Error{Errc::unsupported, "web socket", "a message that is not text came"};
    const auto data = buffer.data();
    co_return std::string(static_cast<const char*>(data.data()), data.size());
  }

  Task<Status> write(const std::string& text) override {
    auto [error, size] = co_await stream_.async_write(boost::asio::buffer(text), as_tuple);
    co_return status(error);
  }

  Task<Status> ping() override {
    auto [error] = co_await stream_.async_ping({}, as_tuple);
    co_return status(error);
  }

  Task<Status> close(CloseCode code) override {
    const boost::beast::websocket::close_reason reason(static_cast<std::uint16_t>(code));
    auto [error] = co_await stream_.async_close(reason, as_tuple);
    co_return status(error);
  }

  [[nodiscard]] std::uint64_t signs_of_life() const override { return signs_; }

 private:
  static constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

  static Status status(const boost::system::error_code& error) {
    return error ? Status(describe(error)) : Status();
  }

  static Error describe(const boost::system::error_code& error) {
    namespace ws = boost::beast::websocket;
    if (error == boost::asio::error::operation_aborted)
      return {Errc::cancelled, "web socket", "this side ended it"};
    if (error == ws::error::closed) return {Errc::gone, "web socket", "the peer closed it"};
    if (error == ws::error::message_too_big)
      return {Errc::full, "web socket", "a message is too large"};
    const bool about_frames = error.category() == ws::make_error_code(ws::error::closed).category();
    return {about_frames ? Errc::protocol : Errc::gone, "web socket", error.message()};
  }

  Stream stream_;
  std::uint64_t signs_ = 0;
};

}  // namespace madoguchi
