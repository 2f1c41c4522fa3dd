#include "tools/gateway/http_connection.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <boost/beast/http.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "firmware/base/log.h"
#include "firmware/message/beast_wire.h"

namespace madoguchi::gateway {
namespace {

namespace http = boost::beast::http;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;
using Parser = http::request_parser<http::vector_body<std::uint8_t>>;
using Response = http::response<http::vector_body<std::uint8_t>>;
using boost::system::error_code;

constexpr Timers::Duration goodbye{1'000};  // for TLS's close_notify

constexpr std::size_t first_read = 4096;
constexpr std::size_t most_discarded = 1u << 20;

Task<error_code> read_first_bytes(TlsStream& stream, boost::beast::flat_buffer& buffer) {
  auto [error, size] = co_await stream.async_read_some(buffer.prepare(first_read), as_tuple_await);
  buffer.commit(size);
  co_return error;
}

Task<error_code> read_request(TlsStream& stream, boost::beast::flat_buffer& buffer,
                              Parser& parser) {
  auto [error, size] = co_await http::async_read(stream, buffer, parser, as_tuple_await);
  co_return error;
}

/// Whether the peer sent something that is not HTTP or beyond a limit, rather than nothing more.
bool is_misshapen(const error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

Refused misshapen(const error_code& error) {
  if (error == http::error::body_limit) return {api::Refusal::too_large, "the body is too large"};
  if (error == http::error::header_limit) {
    return {api::Refusal::too_large, "the header is too large", 431};
  }
  return {api::Refusal::malformed, "this is not HTTP/1.1: " + error.message()};
}

Request request_of(http::request<http::vector_body<std::uint8_t>> message,
                   const std::string& peer) {
  Request request{.peer = peer,
                  .method = std::string(message.method_string()),
                  .target = std::string(message.target()),
                  .headers = {},
                  .body = std::move(message.body())};
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    request.headers.emplace(std::move(name), std::string(field.value()));
  }
  return request;
}

/// What Beast wants to see of the request for a WebSocket.
http::request<http::empty_body> handshake_of(const Request& request) {
  http::request<http::empty_body> message;
  message.method_string(request.method);
  message.target(request.target);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  return message;
}

Response response_of(Answer answer, bool keep_alive, bool head) {
  Response response(static_cast<http::status>(answer.status), 11);
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.keep_alive(keep_alive);
  response.content_length(answer.body.size());
  if (!head) response.body() = std::move(answer.body);
  return response;
}

}  // namespace

Task<void> HttpConnection::serve() {
  if (!co_await shake_hands()) {
    // A kiosk asks as soon as its own side of the handshake is done. Closed at once, the connection
    // would be reset, and with that the alert be lost that says why: that it is revoked.
    co_return co_await say_goodbye();
  }
  bool keep_alive = true;
  while (keep_alive) {
    Arrival arrival = co_await receive();
    if (std::holds_alternative<Gone>(arrival)) break;
    Answer answer;
    Request asked;  // stays for a WebSocket's opening handshake
    bool head = false;
    if (auto* incoming = std::get_if<Incoming>(&arrival); incoming != nullptr && !overload_) {
      head = incoming->request.method == "HEAD";
      if (incoming->request.headers.contains("upgrade")) {
        asked.method = incoming->request.method;
        asked.target = incoming->request.target;
        asked.headers = incoming->request.headers;
      }
      answer = co_await shared_.handler(std::move(incoming->request));
      keep_alive = incoming->keep_alive && !shared_.stopping;
    } else {
      const auto* refused = std::get_if<Refused>(&arrival);
      answer = refusal(refused != nullptr
                           ? *refused
                           : Refused{api::Refusal::internal, "too many connections", 503});
      log_event(Event::gateway_refused,
                {{"kiosk", peer_}, {"status", std::to_string(answer.status)}});
      keep_alive = false;
    }
    if (answer.upgrade && shared_.live >= shared_.limits.most_connections) {
      answer = refusal({api::Refusal::internal, "too many live connections", 503});
      keep_alive = false;
    }
    if (answer.upgrade) {
      co_await talk(std::move(asked), std::move(*answer.upgrade));
      break;
    }
    if (!co_await send(std::move(answer), keep_alive, head)) co_return;
    answering_ = false;
    keep_alive = keep_alive && !shared_.stopping;
  }
  co_await say_goodbye();
}

Task<bool> HttpConnection::shake_hands() {
  const auto shake = [](TlsStream& stream) -> Task<error_code> {
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_tuple_await);
    co_return error;
  };
  const auto error = co_await within(shared_.timers, shared_.limits.handshake, shake(stream_));
  if (error && !*error) {
    peer_ = peer_name(stream_.native_handle());
    co_return true;
  }
  const std::string why = error ? error->message() : "too slow";
  log_event(Event::gateway_refused, {{"what", "handshake: " + why}, {"at", shared_.address}});
  co_return false;
}

Task<HttpConnection::Arrival> HttpConnection::receive() {
  Parser parser;
  parser.body_limit(shared_.limits.largest_body);
  parser.header_limit(static_cast<std::uint32_t>(shared_.limits.largest_header));
  // The first bytes may take as long as an idle connection lives, the rest may not. A pipelined
  // request is here.
  if (buffer_.size() == 0) {
    const auto begun =
        co_await within(shared_.timers, shared_.limits.idle, read_first_bytes(stream_, buffer_));
    if (!begun || *begun) co_return Gone{};
  }
  answering_ = true;
  const auto error = co_await within(shared_.timers, shared_.limits.request,
                                     read_request(stream_, buffer_, parser));
  if (!error) co_return Refused{api::Refusal::malformed, "the request came too slowly", 408};
  if (*error && !is_misshapen(*error)) co_return Gone{};
  if (*error) co_return misshapen(*error);
  const bool keep_alive = parser.get().keep_alive();
  Incoming incoming{request_of(parser.release(), peer_), keep_alive};
  error_code gone;
  incoming.request.address = stream_.next_layer().remote_endpoint(gone).address().to_string();
  co_return incoming;
}

Task<bool> HttpConnection::send(Answer answer, bool keep_alive, bool head) {
  Response response = response_of(std::move(answer), keep_alive, head);
  const auto write = [](TlsStream& stream, Response& what) -> Task<error_code> {
    auto [error, size] = co_await http::async_write(stream, what, as_tuple_await);
    co_return error;
  };
  const auto error =
      co_await within(shared_.timers, shared_.limits.request, write(stream_, response));
  co_return error && !*error;
}

Task<void> HttpConnection::talk(Request request, Upgrade upgrade) {
  // Counted from here on, so that who asks next is not taken for one too many.
  const struct Counted {
    explicit Counted(std::size_t& of) : live(of) { ++live; }
    ~Counted() { --live; }
    std::size_t& live;
  } counted(shared_.live);
  using Wire = BeastWire<TlsStream&>;
  Wire wire(upgrade.limits.most_message, stream_);
  wire.stream().set_option(boost::beast::websocket::stream_base::decorator(
      [&upgrade](boost::beast::websocket::response_type& response) {
        response.set(http::field::server, "madoguchi");
        response.set(http::field::sec_websocket_protocol, upgrade.subprotocol);
      }));
  const auto accept = [](Wire& what, const Request& asked) -> Task<error_code> {
    auto [error] = co_await what.stream().async_accept(handshake_of(asked), as_tuple_await);
    co_return error;
  };
  // What a client sent before it was told that this is a WebSocket is none of ours.
  const bool early = buffer_.size() > 0;
  const auto error = co_await within(shared_.timers, shared_.limits.request, accept(wire, request));
  if (early || shared_.stopping || !error || *error) co_return;
  WebSocket socket(shared_.timers, wire, upgrade.limits);
  const struct Running {
    Running(WebSocket*& where, WebSocket& what) : socket(where) { socket = &what; }
    ~Running() { socket = nullptr; }
    WebSocket*& socket;
  } running(web_socket_, socket);
  const Error ended = co_await socket.run(upgrade.story(socket));
  log_event(Event::gateway_live, {{"peer", peer_}, {"ended", ended.text()}});
}

Task<void> HttpConnection::say_goodbye() {
  const auto shut = [](TlsStream& stream) -> Task<error_code> {
    auto [error] = co_await stream.async_shutdown(as_tuple_await);
    co_return error;
  };
  (void)co_await within(shared_.timers, goodbye, shut(stream_));
  // A peer that is still sending what was refused would be reset, and lose the answer with that.
  const auto discard = [](asio::ip::tcp::socket& socket) -> Task<error_code> {
    std::array<char, 4096> ignored;
    for (std::size_t total = 0; total < most_discarded;) {
      auto [error, size] = co_await socket.async_read_some(asio::buffer(ignored), as_tuple_await);
      if (error) co_return error;
      total += size;
    }
    co_return error_code();
  };
  error_code gone;
  stream_.next_layer().shutdown(asio::socket_base::shutdown_send, gone);
  if (!gone) (void)co_await within(shared_.timers, goodbye, discard(stream_.next_layer()));
}

}  // namespace madoguchi::gateway
