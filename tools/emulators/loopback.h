#pragma once
// An emulator's plug: a TCP port on 127.0.0.1 that can be pulled and put back.
//
// Thread: the loop's.

#include <cstdint>
#include <functional>
#include <set>

#include <boost/asio/ip/tcp.hpp>

#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi::emulator {

class Loopback {
 public:
  /// Serves one client; ends by return, or by system_error when the client or the plug is gone.
  using Serve = std::function<Task<void>(boost::asio::ip::tcp::socket& client)>;

  Loopback(boost::asio::io_context& loop, Serve serve)
      : loop_(loop), acceptor_(loop), serve_(std::move(serve)) {}

  /// Port 0 takes a free one. Errors: io.
  Status open(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The port closes and every connection is reset, without a farewell.
  void pull();
  /// The same port opens again. Errors: io.
  Status plug_in();

 private:
  Task<void> accept();
  Task<void> session(boost::asio::ip::tcp::socket client);

  boost::asio::io_context& loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Serve serve_;
  std::uint16_t port_ = 0;
  std::set<boost::asio::ip::tcp::socket*> clients_;
};

}  // namespace madoguchi::emulator
