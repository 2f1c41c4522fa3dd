#include "tools/emulators/loopback.h"

#include <utility>

#include "firmware/base/asio.h"

namespace madoguchi::emulator {

using tcp = asio::ip::tcp;

Status Loopback::open(std::uint16_t port) {
  try {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    acceptor_.open(here.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(here);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    return Error{Errc::io, "listen", "port " + std::to_string(port) + ": " + error.what()};
  }
  asio::co_spawn(loop_, accept(), asio::detached);
  return {};
}

void Loopback::pull() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (tcp::socket* client : clients_) {
    client->set_option(asio::socket_base::linger(true, 0), ignored);
    client->close(ignored);
  }
}

Status Loopback::plug_in() { return acceptor_.is_open() ? Status() : open(port_); }

Task<void> Loopback::accept() {
  for (;;) {
    auto [error, client] = co_await acceptor_.async_accept(as_tuple_await);
    if (error) co_return;
    asio::co_spawn(loop_, session(std::move(client)), asio::detached);
  }
}

Task<void> Loopback::session(tcp::socket client) {
  clients_.insert(&client);
  try {
    co_await serve_(client);
  } catch (const boost::system::system_error&) {
    // The client went away, or pull() took the socket.
  }
  clients_.erase(&client);
}

}  // namespace madoguchi::emulator
