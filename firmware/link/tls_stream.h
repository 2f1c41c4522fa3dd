#pragma once
// A TLS 1.3 client connection over a TCP socket, as an asynchronous stream in Asio's sense
// (AsyncReadStream and AsyncWriteStream), so that Boost.Beast runs over it. Mbed TLS is behind
// TlsSession. Internal to firmware/link; include it in .cpp files only.
//
// Every operation can be cancelled (terminal and total): the connection is unusable afterwards.

#include <memory>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "firmware/base/result.h"
#include "firmware/link/chain_check.h"
#include "firmware/link/tls_policy.h"

namespace madoguchi {

/// Both of the kiosk's clocks as a connection begins.
struct Moment {
  WallClock wall;
  std::chrono::steady_clock::time_point monotonic;
};

/// The state of one connection. Its calls never block; they say what to wait for.
class TlsSession {
 public:
  struct Step {
    enum class Wait { nothing, readable, writable };
    Wait wait = Wait::nothing;
    std::size_t size = 0;             ///< bytes read or written, when there is nothing to wait for
    boost::system::error_code error;  ///< asio::error::eof only after the peer's close_notify
  };

  /// `descriptor` is a connected non-blocking TCP socket; the policy must outlive the session.
  TlsSession(TlsPolicy& policy, ServerName server, Moment now, int descriptor);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Step handshake();
  Step read(void* data, std::size_t size);
  Step write(const void* data, std::size_t size);
  /// Tells the peer that nothing follows, as far as the socket takes it now.
  void close_notify();

  /// Why the last step failed.
  [[nodiscard]] const std::optional<Error>& failure() const;
  /// Whether a ticket of an earlier connection took the place of certificates.
  [[nodiscard]] bool resumed() const;
  /// Bytes that the socket took so far, handshake included.
  [[nodiscard]] std::size_t bytes_sent() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class TlsStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;

  /// The socket is connected. The policy must outlive the stream.
  TlsStream(Socket socket, TlsPolicy& policy, ServerName server, Moment now)
      : socket_(nonblocking(std::move(socket))),
        session_(policy, std::move(server), now, socket_.native_handle()) {}

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }
  TlsSession& session() { return session_; }
  [[nodiscard]] const TlsSession& session() const { return session_; }

  template <class Token>
  auto async_handshake(Token&& token) {
    return run([this] { return session_.handshake(); }, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const auto to = first_of<boost::asio::mutable_buffer>(buffers);
    return run([this, to] { return session_.read(to.data(), to.size()); },
               std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const auto from = first_of<boost::asio::const_buffer>(buffers);
    return run([this, from] { return session_.write(from.data(), from.size()); },
               std::forward<Token>(token));
  }

 private:
  static Socket nonblocking(Socket socket) {
    socket.non_blocking(true);
    return socket;
  }

  // The first buffer with room: one call of read_some or write_some moves one record at most.
  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
      const Buffer buffer(*it);
      if (buffer.size() > 0) return buffer;
    }
    return Buffer();
  }

  // Steps the session until it has nothing to wait for. A first step that is done at once still
  // completes through the executor, as Asio demands.
  template <class Action>
  struct Operation {
    TlsStream& stream;
    Action action;
    bool waited = false;
    std::optional<TlsSession::Step> done;

    template <class Self>
    void operator()(Self& self, boost::system::error_code error = {}) {
      if (error) return self.complete(error, 0);
      if (done) return self.complete(done->error, done->size);
      const TlsSession::Step step = action();
      if (step.wait == TlsSession::Step::Wait::nothing) {
        if (waited) return self.complete(step.error, step.size);
        done = step;
        return boost::asio::post(stream.get_executor(), std::move(self));
      }
      waited = true;
      stream.socket_.async_wait(
          step.wait == TlsSession::Step::Wait::readable ? Socket::wait_read : Socket::wait_write,
          std::move(self));
    }
  };

  template <class Action, class Token>
  auto run(Action action, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        Operation<Action>{*this, std::move(action), false, std::nullopt}, token, socket_);
  }

  Socket socket_;
  TlsSession session_;
};

}  // namespace madoguchi
