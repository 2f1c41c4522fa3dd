#include "firmware/link/pinned_ca.h"

#include <algorithm>
#include <cerrno>

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <sys/socket.h>

#include "firmware/base/asio.h"
#include "firmware/link/connect.h"
#include "firmware/link/policy_table.h"
#include "firmware/link/spki_pin.h"
#include "firmware/link/tls_policy.h"

namespace madoguchi {
namespace {

using Tcp = asio::ip::tcp;
constexpr std::size_t line_of_pem = 64;
constexpr Timers::Duration connect_patience{5'000};

Error untrusted(const char* what) { return {Errc::integrity, "enrol.ca", what}; }

int send_some(void* descriptor, const unsigned char* data, std::size_t size) {
  const ssize_t n = ::send(*static_cast<int*>(descriptor), data, size, MSG_NOSIGNAL);
  if (n >= 0) return static_cast<int>(n);
  return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_SSL_CONN_EOF;
}

int receive_some(void* descriptor, unsigned char* data, std::size_t size) {
  const ssize_t n = ::recv(*static_cast<int*>(descriptor), data, size, 0);
  if (n > 0) return static_cast<int>(n);
  return n < 0 && (errno == EAGAIN || errno == EINTR) ? MBEDTLS_ERR_SSL_WANT_READ
                                                      : MBEDTLS_ERR_SSL_CONN_EOF;
}

/// One handshake that only looks.
struct Look {
  mbedtls_ssl_config configuration;
  mbedtls_ssl_context ssl;
  std::array<const char*, 2> protocols{policy_table::protocol.data(), nullptr};
  int descriptor = -1;

  Look() {
    mbedtls_ssl_config_init(&configuration);
    mbedtls_ssl_init(&ssl);
  }
  ~Look() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&configuration);
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

  Status prepare(const ServerUrl& server, int socket) {
    descriptor = socket;
    if (Status applied = apply_policy(configuration); !applied) return applied;
    // Whoever it is: the chain is looked at by the caller, who wants one key of it.
    mbedtls_ssl_conf_authmode(&configuration, MBEDTLS_SSL_VERIFY_OPTIONAL);
    int result = mbedtls_ssl_conf_alpn_protocols(&configuration, protocols.data());
    if (result == 0) result = mbedtls_ssl_setup(&ssl, &configuration);
    const char* const name = server.is_address ? nullptr : server.host.c_str();
    if (result == 0) result = mbedtls_ssl_set_hostname(&ssl, name);
    mbedtls_ssl_set_bio(&ssl, &descriptor, send_some, receive_some, nullptr);
    return result == 0 ? Status() : Error{Errc::full, "enrol.ca", "TLS cannot be set up"};
  }
};

std::string pem_of(ByteView der) {
  const std::string text = to_base64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += line_of_pem)
    pem += text.substr(at, line_of_pem) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

Result<std::string> pinned_in(const mbedtls_x509_crt* chain, const SpkiPin& pin) {
  for (const mbedtls_x509_crt* at = chain; at != nullptr && at->raw.p != nullptr; at = at->next) {
    const bool is_ca = at->MBEDTLS_PRIVATE(ca_istrue) != 0;
    if (is_ca && pin_of({at->pk_raw.p, at->pk_raw.len}) == pin)
      return pem_of({at->raw.p, at->raw.len});
  }
  return untrusted("the gateway does not show the CA that the QR code names: is it the right one?");
}

Task<Result<std::string>> look(Timers& timers, ServerUrl server, SpkiPin pin) {
  auto socket = co_await connect_tcp(timers, server, connect_patience);
  if (!socket) co_return socket.error();
  socket->non_blocking(true);
  Look one;
  if (Status ready = one.prepare(server, socket->native_handle()); !ready) co_return ready.error();
  for (;;) {
    const int result = mbedtls_ssl_handshake(&one.ssl);
    if (result == 0) break;
    const bool reads = result == MBEDTLS_ERR_SSL_WANT_READ;
    if (!reads && result != MBEDTLS_ERR_SSL_WANT_WRITE)
      co_return untrusted("the gateway does not speak the TLS that is asked for");
    const auto what = reads ? Tcp::socket::wait_read : Tcp::socket::wait_write;
    auto [error] = co_await socket->async_wait(what, as_tuple_await);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_return Error{Errc::gone, "enrol.ca", error.message()};
  }
  co_return pinned_in(mbedtls_ssl_get_peer_cert(&one.ssl), pin);
}

}  // namespace

Task<Result<std::string>> fetch_pinned_ca(Timers& timers, std::string url, std::string pin,
                                          Timers::Duration patience) {
  auto server = parse_server_url(url);
  if (!server) co_return server.error();
  const auto bytes = from_base64(pin);
  SpkiPin wanted{};
  if (!bytes || bytes->size() != wanted.size() || !server->tls)
    co_return Error{Errc::invalid, "enrol.ca",
                    "the pin or the address of the gateway is malformed"};
  std::copy(bytes->begin(), bytes->end(), wanted.begin());
  auto found = co_await within(timers, patience, look(timers, std::move(*server), wanted));
  if (!found) co_return Error{Errc::timeout, "enrol.ca", "the gateway does not answer in time"};
  co_return std::move(*found);
}

}  // namespace madoguchi
