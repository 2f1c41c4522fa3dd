#include <array>
#include <cerrno>
#include <cstring>

#include <boost/asio/error.hpp>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <sys/socket.h>

#include "firmware/link/client_hello.h"
#include "firmware/link/http_client.h"
#include "firmware/link/policy_table.h"
#include "firmware/link/tls_stream.h"

namespace madoguchi {
namespace {

namespace asio_error = boost::asio::error;
using Step = TlsSession::Step;

std::string mbedtls_text(int code) {
  std::array<char, 128> text{};
  mbedtls_strerror(code, text.data(), text.size());
  return text.data();
}

// Socket failures need codes of their own: Mbed TLS passes on what its callbacks return.
constexpr int socket_failed = MBEDTLS_ERR_ERROR_GENERIC_ERROR;
// Tickets and records without content, in one read; who sends more keeps us busy without saying
// anything.
constexpr int most_empty = 8;

}  // namespace

struct TlsSession::State {
  State(TlsTickets& box, ChainRules rules, std::chrono::steady_clock::time_point began, int socket)
      : tickets(box),
        may_resume(rules.allow_resumption()),
        judged{began, rules.server.host, rules.now, rules.revoked},
        check(std::move(rules)),
        descriptor(socket) {
    mbedtls_ssl_init(&ssl);
  }
  ~State() { mbedtls_ssl_free(&ssl); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static int send(void* self, const unsigned char* data, std::size_t size);
  static int receive(void* self, unsigned char* data, std::size_t size);

  /// What a result of Mbed TLS means for the caller. `handshaking`: before both sides are known.
  Step judge(int result, bool handshaking);
  Step fail(boost::system::error_code code, Errc errc, std::string what);

  std::shared_ptr<const mbedtls_ssl_config> configuration{};  ///< outlives `ssl`
  mbedtls_ssl_context ssl;
  TlsTickets& tickets;
  bool may_resume;
  Judgement judged;
  bool offered = false;  ///< a ticket
  ChainCheck check;
  int descriptor;
  int socket_errno = 0;
  bool within_record = false;    ///< the socket has taken a part of one
  bool asked_elsewhere = false;  ///< for a group outside the policy
  bool peer_ended = false;       ///< TCP ended without close_notify
  std::size_t sent = 0;
  std::optional<Error> failure;
  int setup = 0;
};

int TlsSession::State::send(void* self, const unsigned char* data, std::size_t size) {
  auto& state = *static_cast<State*>(self);
  const auto group = state.within_record ? std::nullopt : key_share_group({data, size});
  if (group && !is_group_of_policy(*group)) {
    state.asked_elsewhere = true;
    return socket_failed;
  }
  const ssize_t n = ::send(state.descriptor, data, size, MSG_NOSIGNAL);
  if (n >= 0) {
    state.within_record = static_cast<std::size_t>(n) < size;
    state.sent += static_cast<std::size_t>(n);
    return static_cast<int>(n);
  }
  if (errno == EAGAIN || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_WRITE;
  state.socket_errno = errno;
  return socket_failed;
}

int TlsSession::State::receive(void* self, unsigned char* data, std::size_t size) {
  auto& state = *static_cast<State*>(self);
  const ssize_t n = ::recv(state.descriptor, data, size, 0);
  if (n > 0) return static_cast<int>(n);
  if (n == 0) {
    state.peer_ended = true;
    return MBEDTLS_ERR_SSL_CONN_EOF;
  }
  if (errno == EAGAIN || errno == EINTR) return MBEDTLS_ERR_SSL_WANT_READ;
  state.socket_errno = errno;
  return socket_failed;
}

Step TlsSession::State::fail(boost::system::error_code code, Errc errc, std::string what) {
  failure = Error{errc, "tls", std::move(what)};
  return {Step::Wait::nothing, 0, code};
}

Step TlsSession::State::judge(int result, bool handshaking) {
  if (result > 0) return {Step::Wait::nothing, static_cast<std::size_t>(result), {}};
  switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
      return {Step::Wait::readable, 0, {}};
    case MBEDTLS_ERR_SSL_WANT_WRITE:
      return {Step::Wait::writable, 0, {}};
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
      return fail(asio_error::eof, Errc::gone, "the server closed the connection");
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
      // The alert that was just taken: level, description (RFC 8446, 6).
      if (ssl.MBEDTLS_PRIVATE(in_msg)[1] == MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED) {
        const Step step = fail(asio_error::connection_refused, Errc::refused,
                               "the server says that this kiosk's certificate is revoked");
        failure->where = revoked_at;
        return step;
      }
      return fail(
          asio_error::connection_refused, Errc::refused,
          "the server's TLS refused ours; check this kiosk's certificate and the server's profile");
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
      return fail(asio_error::no_permission, Errc::integrity,
                  "the server's certificate is refused: " + check.why());
    default:
      break;
  }
  if (asked_elsewhere) {
    return fail(asio_error::connection_aborted, Errc::integrity,
                "the server asks for a group outside the policy");
  }
  if (result == socket_failed) {
    const int number = socket_errno;
    return fail({number, boost::system::system_category()}, Errc::gone, std::strerror(number));
  }
  if (result == 0 || peer_ended) {
    return fail(asio_error::connection_reset, Errc::gone, "the server cut the connection");
  }
  // In a handshake everything else means that the server is not one that the policy allows: an old
  // version, another suite, a certificate that cannot be parsed, a signature that does not match.
  return fail(asio_error::connection_aborted, handshaking ? Errc::integrity : Errc::protocol,
              mbedtls_text(result));
}

TlsSession::TlsSession(TlsPolicy& policy, ServerName server, Moment now, int descriptor)
    : state_(std::make_unique<State>(policy.tickets(), policy.rules(server, now.wall),
                                     now.monotonic, descriptor)) {
  mbedtls_ssl_context* const ssl = &state_->ssl;
  state_->configuration = policy.configuration();
  state_->setup = mbedtls_ssl_setup(ssl, state_->configuration.get());
  // An address is never sent as server name (RFC 6066, 3); ChainCheck compares it with the
  // certificate.
  if (state_->setup == 0) {
    state_->setup =
        mbedtls_ssl_set_hostname(ssl, server.is_address ? nullptr : server.host.c_str());
  }
  mbedtls_ssl_set_verify(ssl, &ChainCheck::on_certificate, &state_->check);
  mbedtls_ssl_set_bio(ssl, state_.get(), &State::send, &State::receive, nullptr);
  if (state_->setup != 0 || !state_->may_resume) return;
  if (const auto valid_until = state_->tickets.offer(*ssl, state_->judged)) {
    state_->offered = true;
    state_->judged.valid_until = *valid_until;
  }
}

TlsSession::~TlsSession() = default;

Step TlsSession::handshake() {
  State& state = *state_;
  const int result = state.setup != 0 ? state.setup : mbedtls_ssl_handshake(&state.ssl);
  if (result != 0) return state.judge(result, true);
  const char* const protocol = mbedtls_ssl_get_alpn_protocol(&state.ssl);
  if (protocol == nullptr || policy_table::protocol != protocol) {
    return state.fail(asio_error::no_protocol_option, Errc::integrity,
                      "the server did not agree to http/1.1 (ALPN)");
  }
  if (state.check.saw_leaf()) {
    state.judged.valid_until = state.check.valid_until();
  } else if (!state.offered) {
    return state.fail(asio_error::no_permission, Errc::integrity,
                      "the server showed no certificate");
  }
  return {};
}

Step TlsSession::read(void* data, std::size_t size) {
  if (size == 0) return {};
  for (int empty = 0; empty <= most_empty; ++empty) {
    const int result = mbedtls_ssl_read(&state_->ssl, static_cast<unsigned char*>(data), size);
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      state_->tickets.keep(state_->ssl, state_->judged);
    } else if (result == 0 && !state_->peer_ended) {
      continue;  // a record without content (RFC 8446, 5.1)
    } else if (result != MBEDTLS_ERR_SSL_WANT_READ || !mbedtls_ssl_check_pending(&state_->ssl)) {
      return state_->judge(result, false);
    }  // else the rest of a record that is here already: the socket would not tell
  }
  return state_->fail(asio_error::no_data, Errc::protocol,
                      "the server sends tickets and empty records only");
}

Step TlsSession::write(const void* data, std::size_t size) {
  if (size == 0) return {};
  return state_->judge(
      mbedtls_ssl_write(&state_->ssl, static_cast<const unsigned char*>(data), size), false);
}

void TlsSession::close_notify() { (void)mbedtls_ssl_close_notify(&state_->ssl); }

const std::optional<Error>& TlsSession::failure() const { return state_->failure; }
bool TlsSession::resumed() const { return state_->offered && !state_->check.saw_leaf(); }
std::size_t TlsSession::bytes_sent() const { return state_->sent; }

}  // namespace madoguchi
