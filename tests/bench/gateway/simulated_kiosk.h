#pragma once
// A kiosk as the gateway sees it: one kept connection for requests, one WebSocket, both over mutual
// TLS 1.3 with a certificate of its own. Loop thread only.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/timers.h"
#include "firmware/message/gateway_api.h"
#include "tests/unit/gateway/card_maker.h"

namespace madoguchi::gateway {

/// What all kiosks of a run measured.
struct Measured {
  std::map<std::string, std::vector<double>>
      ms;           ///< of each kind of request, from asked to answered
  int refused = 0;  ///< answers that a resident would notice
};

class SimulatedKiosk {
 public:
  SimulatedKiosk(boost::asio::io_context& loop, std::string address, const std::string& name);

  /// Both connections stand; throws when they do not.
  Task<void> connect();
  /// One visit of a resident for a 住民票, with `think` between its steps; then how the kiosk is,
  /// over the WebSocket.
  Task<void> visit(Timers& timers, const Card& card, Timers::Duration think, Measured& measured);
  Task<void> health(Measured& measured);
  /// Without a word, as when its cable is pulled.
  void leave();

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

  Task<void> reach(Stream& stream);
  Task<Bytes> ask(std::string kind, std::string method, std::string target, Bytes body,
                  Measured& measured);
  template <class Reply, class Body>
  Task<Reply> step(std::string kind, std::string target, Body body, Measured& measured);
  Task<void> hear();

  std::string address_;
  boost::asio::ssl::context tls_;
  Stream requests_;
  boost::beast::websocket::stream<Stream> live_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace madoguchi::gateway
