#pragma once
// One TLS connection of HttpServer: requests in, answers out, one after another. Includes Asio: for
// http_server.cpp and http_connection.cpp only.

#include <optional>
#include <string>
#include <variant>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "firmware/base/asio.h"
#include "tools/gateway/http_server.h"

namespace madoguchi::gateway {

class HttpConnection {
 public:
  /// What all connections of a listener share; outlives them.
  struct Shared {
    Timers& timers;
    HttpLimits limits;
    Handler handler;
    std::string address;    ///< of the listener, for the log
    bool stopping = false;  ///< answer what has begun, then close
    std::size_t live = 0;   ///< connections that are WebSockets now
  };
  /// With `overload` the first request is answered 503 and the connection closed.
  HttpConnection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
                 Shared& shared, bool overload)
      : stream_(std::move(socket), tls), shared_(shared), overload_(overload) {}

  /// Until the peer leaves, a limit is reached or the server stops. Throws only when it is
  /// cancelled.
  Task<void> serve();
  /// Whether no request has begun: it may be cut without loss.
  [[nodiscard]] bool idle() const { return !answering_; }
  /// The server stops: a WebSocket that runs is told so and ends within a second.
  void wind_up() {
    if (web_socket_ != nullptr) web_socket_->close(CloseCode::going_away);
  }

 private:
  struct Gone {};
  struct Incoming {
    Request request;
    bool keep_alive = false;
  };
  using Arrival = std::variant<Gone, Refused, Incoming>;

  Task<bool> shake_hands();
  Task<Arrival> receive();
  Task<bool> send(Answer answer, bool keep_alive, bool head);
  Task<void> talk(Request request, Upgrade upgrade);
  Task<void> say_goodbye();

  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  Shared& shared_;
  boost::beast::flat_buffer buffer_;  // may hold the beginning of the next request
  std::string peer_;
  bool overload_;
  bool answering_ = false;
  WebSocket* web_socket_ = nullptr;  // while talk() runs
};

}  // namespace madoguchi::gateway
