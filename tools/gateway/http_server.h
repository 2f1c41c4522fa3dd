#pragma once
// HTTP/1.1 over TLS: one listener, its connections, their limits. It knows no route: every complete
// request goes to one handler, whose answer may make a WebSocket of the connection (web_socket.h).
// What never becomes a request (malformed, too large, too slow, too many) is answered here, as
// ApiError.
//
// Loop thread only. No Boost type shows here beside the executor.

#include <cstddef>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/tls.h"

namespace madoguchi::gateway {

struct HttpLimits {
  /// More are answered 503; from twice as many on they are closed unheard. WebSockets are counted
  /// apart: as many again, more get a 503.
  std::size_t most_connections = 256;
  std::size_t largest_body = 64u << 10;
  std::size_t largest_header = 8u << 10;
  Timers::Duration handshake{10'000};
  Timers::Duration idle{75'000};  ///< between two requests of a connection
  Timers::Duration request{
      15'000};  ///< from its first byte to its last, and for writing the answer
};

class HttpServer {
 public:
  /// Listens on "host:port"; port 0 takes a free one. Errc::invalid (address) or Errc::io (taken,
  /// not allowed).
  static Result<std::unique_ptr<HttpServer>> listen(const boost::asio::any_io_executor& loop,
                                                    Timers& timers, const std::string& address,
                                                    TlsContext tls, HttpLimits limits,
                                                    Handler handler);
  ~HttpServer();

  /// "127.0.0.1:43121".
  [[nodiscard]] const std::string& address() const;
  /// How many descriptors it may have open at once.
  static std::size_t most_descriptors(const HttpLimits& limits) {
    return 3 * limits.most_connections + 1;
  }

  /// Takes no more connections, lets every request that has begun be answered, tells WebSockets
  /// that the server goes away, then ends all.
  /// Connections that have not ended after `patience` are cut. The server must live until this
  /// returns.
  Task<void> stop(Timers::Duration patience);

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::gateway
