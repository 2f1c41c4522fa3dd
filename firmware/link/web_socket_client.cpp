#include "firmware/link/web_socket_client.h"

#include <cassert>

#include "firmware/base/asio.h"
#include "firmware/link/connect.h"
#include "firmware/link/server_url.h"
#include "firmware/link/tls_handshake.h"
#include "firmware/link/tls_policy.h"
#include "firmware/link/tls_stream.h"
#include "firmware/message/beast_wire.h"

namespace madoguchi {

namespace websocket = boost::beast::websocket;

// How Beast ends a WebSocket's stream (both found by argument-dependent lookup): at once; or TLS is
// told first, and the server need not answer.
static void beast_close_socket(TlsStream& stream) {
  boost::system::error_code ignored;
  stream.socket().close(ignored);
}

static void teardown(boost::beast::role_type, TlsStream& stream, boost::system::error_code& error) {
  stream.session().close_notify();
  stream.socket().shutdown(TlsStream::Socket::shutdown_send, error);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, TlsStream& stream, Handler&& handler) {
  boost::system::error_code error;
  teardown(role, stream, error);
  asio::post(stream.get_executor(),
             boost::beast::bind_front_handler(std::forward<Handler>(handler), error));
}

namespace {

using boost::system::error_code;
using Wire = BeastWire<TlsStream>;

constexpr Timers::Duration connect_patience{5000};  // for one address

Error in_handshake(const error_code& error, const std::optional<Error>& known) {
  if (known) return *known;
  return {Errc::gone, "web socket", error.message()};
}

class BeastWebSocketClient final : public WebSocketClient {
 public:
  BeastWebSocketClient(Timers& timers, WebSocketServer server, ServerUrl url,
                       std::unique_ptr<TlsPolicy> policy)
      : timers_(timers),
        server_(std::move(server)),
        url_(std::move(url)),
        policy_(std::move(policy)) {}

  Task<Status> connect(Timers::Duration patience) override {
    wire_.reset();
    const std::optional<Status> opened = co_await within(timers_, patience, open());
    if (!opened || !*opened) wire_.reset();
    if (!opened)
      co_return Error{Errc::timeout, "connect", url_.authority() + " did not answer in time"};
    co_return *opened;
  }

  Task<Error> serve(std::function<void(std::string)> heard) override {
    assert(wire_);
    WebSocket socket(timers_, *wire_, server_.limits);
    const struct Current {
      explicit Current(BeastWebSocketClient& owner, WebSocket& now) : client(owner) {
        client.socket_ = &now;
      }
      ~Current() {
        client.socket_ = nullptr;
        client.wire_.reset();
      }
      BeastWebSocketClient& client;
    } current(*this, socket);
    co_return co_await socket.run(listen(socket, std::move(heard)));
  }

  void say(std::string text) override {
    if (socket_ != nullptr) socket_->say(std::move(text));
  }

 private:
  Task<Status> open();
  Task<Status> upgrade();
  static Task<void> listen(WebSocket& socket, std::function<void(std::string)> heard) {
    for (;;) {
      Result<std::string> text = co_await socket.receive();
      if (!text) co_return;
      heard(std::move(*text));
    }
  }

  Timers& timers_;
  WebSocketServer server_;
  ServerUrl url_;
  std::unique_ptr<TlsPolicy> policy_;
  std::unique_ptr<Wire> wire_;
  WebSocket* socket_ = nullptr;  // while serve() runs
};

Task<Status> BeastWebSocketClient::open() {
  auto socket = co_await connect_tcp(timers_, url_, connect_patience);
  if (!socket) co_return socket.error();
  wire_ = std::make_unique<Wire>(server_.limits.most_message, std::move(*socket), *policy_,
                                 ServerName{url_.host, url_.is_address},
                                 Moment{timers_.wall(), timers_.now()});
  TlsStream& tls = wire_->stream().next_layer();
  const error_code error = co_await shake_hands(tls, *policy_);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) co_return in_handshake(error, tls.session().failure());
  co_return co_await upgrade();
}

Task<Status> BeastWebSocketClient::upgrade() {
  namespace http = boost::beast::http;
  Wire::Stream& stream = wire_->stream();
  stream.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
    request.set(http::field::user_agent, "madoguchi");
    request.set(http::field::sec_websocket_protocol, server_.subprotocol);
  }));
  websocket::response_type response;
  auto [error] = co_await stream.async_handshake(response, url_.authority(),
                                                 url_.path + server_.target, as_tuple_await);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  const bool answered = error.category() == make_error_code(websocket::error::closed).category();
  if (answered) {
    co_return Error{Errc::protocol, "web socket",
                    "the gateway answers " + std::to_string(response.result_int())};
  }
  if (error) co_return in_handshake(error, stream.next_layer().session().failure());
  if (response[http::field::sec_websocket_protocol] != server_.subprotocol)
    co_return Error{Errc::protocol, "web socket", "the gateway speaks another subprotocol"};
  co_return Status{};
}

}  // namespace

Result<std::unique_ptr<WebSocketClient>> WebSocketClient::create(Timers& timers,
                                                                 WebSocketServer server) {
  auto url = parse_server_url(server.url);
  if (!url) return url.error();
  if (!url->tls) return Error{Errc::invalid, server.url, "must begin with https://"};
  auto policy = TlsPolicy::create(server.tls, server.trust);
  if (!policy) return policy.error();
  return std::unique_ptr<WebSocketClient>(std::make_unique<BeastWebSocketClient>(
      timers, std::move(server), std::move(*url), std::move(*policy)));
}

}  // namespace madoguchi
