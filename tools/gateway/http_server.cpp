#include "tools/gateway/http_server.h"

#include <charconv>
#include <list>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "firmware/base/log.h"
#include "tools/gateway/http_connection.h"

namespace madoguchi::gateway {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr Timers::Duration breath{100};  // after accept() failed, such as for want of descriptors

Result<tcp::endpoint> endpoint_of(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon != std::string::npos) {
    unsigned port = 0;
    const char* end = address.data() + address.size();
    const auto [at, failed] = std::from_chars(address.data() + colon + 1, end, port);
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
    error_code wrong;
    const auto ip = asio::ip::make_address(host, wrong);
    if (failed == std::errc{} && at == end && port <= 65535 && !wrong) {
      return tcp::endpoint(ip, static_cast<unsigned short>(port));
    }
  }
  return Error{Errc::invalid, address, "an address is written 127.0.0.1:8443 or [::1]:8443"};
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

/// The end of a coroutine that was cut while it waited is no news; anything else thrown is our bug.
void only_cancellation(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const asio::multiple_exceptions& both) {
    only_cancellation(both.first_exception());  // of several that it waited for at once
  } catch (const boost::system::system_error&) {
  }
}

}  // namespace

struct HttpServer::State {
  State(const asio::any_io_executor& loop, TlsContext context, HttpConnection::Shared with)
      : shared(std::move(with)),
        tls(context.release()),
        acceptor(loop) {}  // asio's context frees it

  struct Entry {
    Entry(tcp::socket socket, State& state, bool overload)
        : connection(std::move(socket), state.tls, state.shared, overload) {}
    HttpConnection connection;
    asio::cancellation_signal cut;
  };

  Task<void> accept_all();
  void begin(tcp::socket socket);
  /// Connections that are no WebSockets.
  [[nodiscard]] std::size_t asking() const { return connections.size() - shared.live; }

  HttpConnection::Shared shared;
  asio::ssl::context tls;
  tcp::acceptor acceptor;
  std::list<Entry> connections;
  bool accepting = false;
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const asio::any_io_executor& loop,
                                                       Timers& timers, const std::string& address,
                                                       TlsContext tls, HttpLimits limits,
                                                       Handler handler) {
  const auto endpoint = endpoint_of(address);
  if (!endpoint) return endpoint.error();
  auto state = std::make_unique<State>(
      loop, std::move(tls),
      HttpConnection::Shared{timers, limits, std::move(handler), address, false, 0});
  error_code error;
  state->acceptor.open(endpoint->protocol(), error);
  if (!error) state->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) state->acceptor.bind(*endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error{Errc::io, address, "cannot listen: " + error.message()};
  state->shared.address = text_of(state->acceptor.local_endpoint());
  state->accepting = true;
  asio::co_spawn(loop, state->accept_all(), only_cancellation);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;

const std::string& HttpServer::address() const { return state_->shared.address; }

Task<void> HttpServer::State::accept_all() {
  while (!shared.stopping) {
    auto [error, socket] = co_await acceptor.async_accept(as_tuple_await);
    if (shared.stopping) break;
    if (error) {
      log_event(Event::gateway_refused, {{"what", "accept: " + error.message()}});
      co_await shared.timers.sleep(breath);
    } else if (asking() < 2 * shared.limits.most_connections) {
      begin(std::move(socket));
    }  // else the socket closes here
  }
  accepting = false;
}

void HttpServer::State::begin(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const bool overload = asking() >= shared.limits.most_connections;
  const auto at = connections.emplace(connections.end(), std::move(socket), *this, overload);
  asio::co_spawn(
      acceptor.get_executor(), at->connection.serve(),
      asio::bind_cancellation_slot(at->cut.slot(), [this, at](const std::exception_ptr& thrown) {
        // Later, as the signal that goes with it is still being used by who calls this.
        asio::post(acceptor.get_executor(), [this, at] { connections.erase(at); });
        only_cancellation(thrown);
      }));
}

Task<void> HttpServer::stop(Timers::Duration patience) {
  constexpr Timers::Duration look{20};
  state_->shared.stopping = true;
  error_code ignored;
  state_->acceptor.close(ignored);
  for (auto& entry : state_->connections) {
    if (entry.connection.idle()) entry.cut.emit(asio::cancellation_type::terminal);
    entry.connection.wind_up();
  }
  const auto end = state_->shared.timers.now() + patience;
  bool cut = false;
  while (state_->accepting || !state_->connections.empty()) {
    if (!cut && state_->shared.timers.now() >= end) {
      for (auto& entry : state_->connections) entry.cut.emit(asio::cancellation_type::terminal);
      cut = true;
    }
    co_await state_->shared.timers.sleep(look);
  }
}

}  // namespace madoguchi::gateway
