#include "firmware/link/http_client.h"

#include <algorithm>
#include <cassert>
#include <cerrno>

#include <sys/socket.h>

#include "firmware/base/asio.h"
#include "firmware/link/connect.h"
#include "firmware/link/http_exchange.h"
#include "firmware/link/server_url.h"
#include "firmware/link/tls_handshake.h"
#include "firmware/link/tls_policy.h"
#include "firmware/link/tls_stream.h"

namespace madoguchi {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Outcome = std::variant<HttpResponse, HttpFailure>;
using http_exchange::Body;
using http_exchange::Parser;

constexpr Timers::Duration connect_patience{5000};  // for one address

// One connection, plain or TLS, as the client sees it.
struct Connection {
  virtual ~Connection() = default;
  /// Writes the request and reads the final response into the parser. Interim responses (1xx) are
  /// skipped.
  virtual Task<error_code> exchange(const http::request<Body>& request,
                                    std::optional<Parser>& parser, std::size_t max_body) = 0;
  /// Whether a request may be written: the server has neither closed nor said anything unasked.
  virtual bool idle() = 0;
  /// Bytes that the socket took since the connection was made.
  [[nodiscard]] virtual std::size_t bytes_sent() const = 0;
  /// What the stream knows beyond the error code.
  [[nodiscard]] virtual std::optional<Error> failure() const { return std::nullopt; }

  boost::beast::flat_buffer buffer{http_exchange::largest_buffer};
};

template <class Stream>
struct ConnectionOver : Connection {
  virtual Stream& stream() = 0;
  virtual void written(std::size_t) {}

  Task<error_code> exchange(const http::request<Body>& request, std::optional<Parser>& parser,
                            std::size_t max_body) override {
    auto [write_error, sent] = co_await http::async_write(stream(), request, as_tuple_await);
    written(sent);
    if (write_error) co_return write_error;
    co_return co_await http_exchange::read_response(stream(), buffer, parser,
                                                    request.method() == http::verb::head, max_body);
  }
};

struct PlainConnection final : ConnectionOver<Tcp::socket> {
  explicit PlainConnection(Tcp::socket connected) : socket(std::move(connected)) {}

  Tcp::socket& stream() override { return socket; }
  void written(std::size_t n) override { sent += n; }
  bool idle() override {
    std::uint8_t byte = 0;
    const ssize_t n = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && errno == EAGAIN;
  }
  [[nodiscard]] std::size_t bytes_sent() const override { return sent; }

  Tcp::socket socket;
  std::size_t sent = 0;
};

struct TlsConnection final : ConnectionOver<TlsStream> {
  TlsConnection(Tcp::socket connected, TlsPolicy& policy, ServerName server, Moment now)
      : tls(std::move(connected), policy, std::move(server), now) {}
  ~TlsConnection() override { tls.session().close_notify(); }

  TlsStream& stream() override { return tls; }
  bool idle() override {
    std::uint8_t byte = 0;
    return tls.session().read(&byte, 1).wait == TlsSession::Step::Wait::readable;
  }
  [[nodiscard]] std::size_t bytes_sent() const override { return tls.session().bytes_sent(); }
  [[nodiscard]] std::optional<Error> failure() const override { return tls.session().failure(); }

  TlsStream tls;
};

// RFC 9110: a token, and a value without control characters. Whatever else would let a caller write
// a second header.
bool is_token(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}
bool is_visible(std::string_view text, bool spaces_too) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return (c > ' ' || (spaces_too && c == ' ')) && c < 0x7f; });
}

Result<http::request<Body>> to_message(HttpRequest request, const ServerUrl& server) {
  const auto invalid = [](const std::string& what) {
    return Error{Errc::invalid, "http.request", what};
  };
  if (!is_token(request.method)) return invalid("the method is not a token");
  if (!request.target.starts_with('/') || !is_visible(request.target, false))
    return invalid("the target is not a path");
  http::request<Body> message;
  message.method_string(request.method);
  message.target(server.path + request.target);
  message.set(http::field::host, server.authority());
  message.set(http::field::user_agent, "madoguchi");
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_visible(value, true))
      return invalid("the header " + name + " is malformed");
    message.set(name, value);
  }
  message.body() = std::move(request.body);
  message.prepare_payload();
  return message;
}

HttpResponse from_message(http::response<Body> message) {
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::string& value = response.headers[name];
    if (!value.empty()) value += ", ";
    value += std::string(field.value());
  }
  response.body = std::move(message.body());
  return response;
}

Error describe(error_code error, const std::optional<Error>& known, bool got_some) {
  const auto as = [&](Errc code, std::string what) { return Error{code, "http", std::move(what)}; };
  if (known && known->code != Errc::gone) return *known;
  if (error == http::error::end_of_stream)
    return as(Errc::gone, "the server closed the connection without an answer");
  if (error == http::error::partial_message)
    return as(Errc::io, "the answer was cut in the middle");
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return as(Errc::full, "the answer's header is too large");
  }
  if (error == http::error::body_limit) return as(Errc::full, "the answer's body is too large");
  if (error.category() == http::make_error_code(http::error::end_of_stream).category()) {
    return as(Errc::protocol, "the answer is not HTTP/1.1: " + error.message());
  }
  const std::string what = known ? known->what : error.message();
  return got_some ? as(Errc::io, "in the middle of an answer: " + what) : as(Errc::gone, what);
}

class BeastHttpClient final : public HttpClient {
 public:
  BeastHttpClient(Timers& timers, ServerUrl url, std::unique_ptr<TlsPolicy> policy,
                  std::size_t max_body)
      : timers_(timers), url_(std::move(url)), policy_(std::move(policy)), max_body_(max_body) {}

  Task<Outcome> send(HttpRequest request, Timers::Duration deadline) override;
  Task<Status> connect(Timers::Duration deadline) override;
  [[nodiscard]] bool connected() const override {
    return connection_ != nullptr && (busy_ || connection_->idle());
  }
  void close() override {
    assert(!busy_);
    connection_.reset();
  }

 private:
  // A request that ends in any other way than with a whole answer leaves a connection that cannot
  // be used again.
  class Busy {
   public:
    explicit Busy(BeastHttpClient& client) : client_(client) {
      assert(!client.busy_);
      client.busy_ = true;
    }
    ~Busy() {
      client_.busy_ = false;
      if (!keep) client_.connection_.reset();
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    bool keep = false;

   private:
    BeastHttpClient& client_;
  };

  Task<Status> open();
  Task<Outcome> perform(const http::request<Body>& message);
  Task<std::optional<HttpFailure>> exchange(const http::request<Body>& message,
                                            std::optional<Parser>& parser);
  [[nodiscard]] Sent sent_so_far() const {
    return connection_ != nullptr && connection_->bytes_sent() > sent_before_ ? Sent::maybe
                                                                              : Sent::nothing;
  }

  Timers& timers_;
  ServerUrl url_;
  std::unique_ptr<TlsPolicy> policy_;  // null for http
  std::size_t max_body_;
  std::unique_ptr<Connection> connection_;
  std::size_t sent_before_ = 0;  // bytes that the connection had sent before the current request
  bool busy_ = false;
};

Task<Status> BeastHttpClient::open() {
  connection_.reset();
  sent_before_ = 0;
  auto socket = co_await connect_tcp(timers_, url_, connect_patience);
  if (!socket) co_return socket.error();
  if (!policy_) {
    connection_ = std::make_unique<PlainConnection>(std::move(*socket));
    co_return Status{};
  }
  auto tls = std::make_unique<TlsConnection>(std::move(*socket), *policy_,
                                             ServerName{url_.host, url_.is_address},
                                             Moment{timers_.wall(), timers_.now()});
  const error_code error = co_await shake_hands(tls->tls, *policy_);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) co_return describe(error, tls->failure(), false);
  sent_before_ = tls->bytes_sent();
  connection_ = std::move(tls);
  co_return Status{};
}

Task<Status> BeastHttpClient::connect(Timers::Duration deadline) {
  Busy busy(*this);
  if (connection_ != nullptr && connection_->idle()) {
    busy.keep = true;
    co_return Status{};
  }
  const std::optional<Status> opened = co_await within(timers_, deadline, open());
  if (!opened)
    co_return Error{Errc::timeout, "connect", url_.authority() + " did not answer in time"};
  busy.keep = opened->ok();
  co_return *opened;
}

// One request on the connection that stands. Nothing when the parser holds the whole answer.
Task<std::optional<HttpFailure>> BeastHttpClient::exchange(const http::request<Body>& message,
                                                           std::optional<Parser>& parser) {
  sent_before_ = connection_->bytes_sent();
  const error_code error = co_await connection_->exchange(message, parser, max_body_);
  if (!error) co_return std::nullopt;
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  const bool got_some = parser.has_value() && parser->got_some();
  co_return HttpFailure{describe(error, connection_->failure(), got_some), sent_so_far()};
}

Task<Outcome> BeastHttpClient::perform(const http::request<Body>& message) {
  bool kept = connection_ != nullptr && connection_->idle();
  for (;;) {
    if (!kept) {
      const Status opened = co_await open();
      if (!opened) co_return HttpFailure{opened.error(), Sent::nothing};
    }
    std::optional<Parser> parser;
    const std::optional<HttpFailure> failed = co_await exchange(message, parser);
    if (failed && kept && failed->sent == Sent::nothing) {
      kept = false;  // the server had closed it; once more on a new one
      continue;
    }
    if (failed) co_return *failed;
    const bool reusable = parser->get().keep_alive() && connection_->buffer.size() == 0;
    HttpResponse response = from_message(parser->release());
    if (!reusable) connection_.reset();
    co_return response;
  }
}

Task<Outcome> BeastHttpClient::send(HttpRequest request, Timers::Duration deadline) {
  const auto message = to_message(std::move(request), url_);
  if (!message) co_return HttpFailure{message.error(), Sent::nothing};
  Busy busy(*this);
  sent_before_ = connection_ != nullptr ? connection_->bytes_sent() : 0;
  std::optional<Outcome> outcome = co_await within(timers_, deadline, perform(*message));
  if (!outcome) {
    co_return HttpFailure{
        Error{Errc::timeout, "http", url_.authority() + " did not answer in time"}, sent_so_far()};
  }
  busy.keep = std::holds_alternative<HttpResponse>(*outcome);
  co_return std::move(*outcome);
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::create(Timers& timers, HttpServer server) {
  auto url = parse_server_url(server.url);
  if (!url) return url.error();
  std::unique_ptr<TlsPolicy> policy;
  if (url->tls) {
    auto created = TlsPolicy::create(server.tls, server.trust);
    if (!created) return created.error();
    policy = std::move(*created);
  }
  return std::unique_ptr<HttpClient>(std::make_unique<BeastHttpClient>(
      timers, std::move(*url), std::move(policy), server.max_body));
}

}  // namespace madoguchi
