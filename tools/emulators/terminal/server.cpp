#include "tools/emulators/terminal/server.h"

#include <optional>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/src.hpp>

#include "firmware/base/asio.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/loopback.h"

namespace madoguchi::emulator {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using tcp = asio::ip::tcp;

constexpr std::uint64_t max_request = 1u << 20;
constexpr const char* path = "/nexo";

// RFC 7301: picks http/1.1; a client that offers only other protocols is refused.
int choose_http(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  static constexpr unsigned char http11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, size, http11, sizeof http11 - 1, offered, offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

class TcpServer final : public Server {
 public:
  TcpServer(asio::io_context& loop, Poi& poi)
      : poi_(poi), plug_(loop, [this](tcp::socket& client) { return session(client); }) {}

  Status open(const ServerSettings& settings);

  [[nodiscard]] std::string url() const override {
    return std::string(tls_ ? "https" : "http") + "://127.0.0.1:" + std::to_string(plug_.port()) +
           path;
  }
  void gone() override;
  void back() override;

 private:
  Status use_tls(const ServerSettings& settings);
  Task<void> session(tcp::socket& client);
  template <class Stream>
  Task<void> serve(Stream& stream);
  template <class Stream>
  Task<bool> respond(Stream& stream, http::request<http::string_body> request);

  Poi& poi_;
  Loopback plug_;
  std::optional<ssl::context> tls_;
};

Status TcpServer::open(const ServerSettings& settings) {
  if (Status secured = use_tls(settings); !secured.ok()) return secured;
  return plug_.open(settings.port);
}

Status TcpServer::use_tls(const ServerSettings& settings) {
  if (settings.certificate.empty()) return {};
  tls_.emplace(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_alpn_select_cb(tls_->native_handle(), choose_http, nullptr);
  boost::system::error_code error;
  tls_->use_certificate_chain_file(settings.certificate, error);
  if (error) return Error{Errc::invalid, "tls", settings.certificate + ": " + error.message()};
  tls_->use_private_key_file(settings.key, ssl::context::pem, error);
  if (error) return Error{Errc::invalid, "tls", settings.key + ": " + error.message()};
  return {};
}

Task<void> TcpServer::session(tcp::socket& client) {
  if (!tls_) co_return co_await serve(client);
  ssl::stream<tcp::socket&> stream(client, *tls_);
  co_await stream.async_handshake(ssl::stream_base::server, asio::use_awaitable);
  co_await serve(stream);
}

template <class Stream>
Task<void> TcpServer::serve(Stream& stream) {
  beast::flat_buffer buffer;
  for (bool more = true; more;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(max_request);
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    more = co_await respond(stream, parser.release());
  }
}

// Gives whether the connection stays.
template <class Stream>
Task<bool> TcpServer::respond(Stream& stream, http::request<http::string_body> request) {
  http::response<http::string_body> response{http::status::ok, 11};
  response.keep_alive(request.keep_alive());
  Answer answer;
  if (request.target() != path) {
    response.result(http::status::not_found);
  } else if (request.method() != http::verb::post) {
    response.result(http::status::method_not_allowed);
  } else {
    answer = co_await poi_.handle(std::move(request.body()));
  }
  if (answer.fate == Answer::Fate::close) {
    tell("reply dropped");
    co_return false;
  }
  if (answer.fate == Answer::Fate::stall) {
    tell("reply withheld");
    char nothing = 0;  // until the client has lost patience
    co_await stream.async_read_some(asio::buffer(&nothing, 1), asio::use_awaitable);
    co_return false;
  }
  response.set(http::field::content_type, "application/json");
  response.body() = std::move(answer.body);
  response.prepare_payload();
  co_await http::async_write(stream, response, asio::use_awaitable);
  if (answer.fate == Answer::Fate::send_twice) {
    co_await http::async_write(stream, response, asio::use_awaitable);
  }
  co_return response.keep_alive();
}

void TcpServer::gone() {
  plug_.pull();
  tell("gone");
}

void TcpServer::back() {
  const Status again = plug_.plug_in();
  tell(again.ok() ? "back" : again.error().text());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::open(asio::io_context& loop, Poi& poi,
                                             ServerSettings settings) {
  auto server = std::make_unique<TcpServer>(loop, poi);
  if (Status opened = server->open(settings); !opened.ok()) return opened.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace madoguchi::emulator
