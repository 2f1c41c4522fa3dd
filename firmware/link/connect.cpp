#include "firmware/link/connect.h"

#include <vector>

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

using Tcp = asio::ip::tcp;
using Endpoints = std::vector<Tcp::endpoint>;

Error gone(const ServerUrl& server, const std::string& why) {
  return {Errc::gone, "connect", server.authority() + ": " + why};
}

// One look-up. Asio's resolver runs getaddrinfo on a thread of its own and cannot end it, so a
// cancelled look-up is left to finish alone; that is why its state is shared.
template <class Handler>
struct Lookup {
  explicit Lookup(const asio::any_io_executor& loop, Handler to)
      : resolver(loop), handler(std::move(to)) {}

  void finish(boost::system::error_code error, Endpoints found) {
    if (!handler) return;
    auto complete = std::move(*handler);
    handler.reset();
    asio::post(resolver.get_executor(),
               [complete = std::move(complete), error, found = std::move(found)]() mutable {
                 complete(error, std::move(found));
               });
  }

  Tcp::resolver resolver;
  std::optional<Handler> handler;
};

Task<Result<Endpoints>> resolve(const ServerUrl& server) {
  if (server.is_address) {
    co_return Endpoints{Tcp::endpoint(asio::ip::make_address(server.host), server.port)};
  }
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  auto start = [&server, loop](auto handler) {
    using Handler = decltype(handler);
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto lookup = std::make_shared<Lookup<Handler>>(loop, std::move(handler));
    if (slot.is_connected()) {
      slot.assign([lookup](asio::cancellation_type) {
        lookup->finish(asio::error::operation_aborted, {});
      });
    }
    lookup->resolver.async_resolve(
        server.host, std::to_string(server.port), Tcp::resolver::numeric_service,
        [lookup](boost::system::error_code error, const Tcp::resolver::results_type& results) {
          lookup->finish(error, Endpoints(results.begin(), results.end()));
        });
  };
  auto [error, found] = co_await asio::async_initiate<decltype(as_tuple_await),
                                                      void(boost::system::error_code, Endpoints)>(
      std::move(start), as_tuple_await);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) co_return gone(server, error.message());
  co_return std::move(found);
}

Task<boost::system::error_code> connect_one(Tcp::socket& socket, Tcp::endpoint endpoint) {
  auto [error] = co_await socket.async_connect(endpoint, as_tuple_await);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  co_return error;
}

}  // namespace

Task<Result<Tcp::socket>> connect_tcp(Timers& timers, const ServerUrl& server,
                                      Timers::Duration patience) {
  auto endpoints = co_await resolve(server);
  if (!endpoints) co_return endpoints.error();
  std::string why = "the name has no address";
  for (const Tcp::endpoint& endpoint : *endpoints) {
    Tcp::socket socket(co_await asio::this_coro::executor);
    const std::optional<boost::system::error_code> outcome =
        co_await within(timers, patience, connect_one(socket, endpoint));
    if (outcome && !*outcome) {
      boost::system::error_code ignored;
      socket.set_option(Tcp::no_delay(true), ignored);
      co_return std::move(socket);
    }
    why = outcome ? outcome->message() : "no answer";
  }
  co_return gone(server, why);
}

}  // namespace madoguchi
