#pragma once
// A blocking HTTP/1.1 client over OpenSSL for tests: it can also misbehave, and says where a
// connection failed.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {

struct TlsClientSettings {
  std::string ca{};           ///< PEM file of the server's CA
  std::string certificate{};  ///< PEM file; empty for none
  std::string key{};
  int version = TLS1_3_VERSION;  ///< the only one offered
  std::string protocol{};        ///< ALPN; empty offers none
  std::string ciphersuites{};    ///< of TLS 1.3; empty for OpenSSL's
  std::string host = "gateway.madoguchi.test";
  std::function<void(SSL_CTX*)> change{};  ///< the last word before the handshake
  std::shared_ptr<SSL_SESSION> session{};  ///< to be resumed; several clients may try
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

class TlsClient {
 public:
  TlsClient(const std::string& address, const TlsClientSettings& settings);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// Whether the handshake came to its end on this side. In TLS 1.3 the server may still refuse the
  /// client's certificate: that shows at the first read.
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] bool resumed() const { return SSL_session_reused(stream_.get()) == 1; }
  /// What the server's last ticket resumes.
  [[nodiscard]] std::shared_ptr<SSL_SESSION> session() const;
  /// What the server lets a client's certificate sign with: IANA's numbers.
  [[nodiscard]] std::vector<std::uint16_t> signatures_asked_for() const;

  bool send(std::string_view text);
  /// The next answer; nothing when the connection ended (or nothing came for 30 s).
  std::optional<HttpReply> receive(bool head = false);
  /// Whether the peer has closed, or closes within 30 s, without another byte.
  bool closed();
  /// Everything until the peer closes, or nothing came for 30 s.
  std::string rest();
  /// TCP's RST, without a word of TLS.
  void reset();

 private:
  bool fill();

  int socket_ = -1;
  std::unique_ptr<SSL_CTX, OpensslRelease<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, OpensslRelease<SSL_free>> stream_;
  bool connected_ = false;
  std::string unread_;
};

/// The text of a request; Host and Content-Length come by themselves.
std::string request_text(std::string_view method, std::string_view target,
                         const std::map<std::string, std::string>& headers = {},
                         std::string_view body = "");

}  // namespace madoguchi::gateway
