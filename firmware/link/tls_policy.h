#pragma once
// What a TLS connection of the kiosk may look like: TLS 1.3, AEAD suites, X25519, P-256 or P-384,
// ECDSA, a pinned CA, HTTP/1.1, full handshakes with ephemeral keys only (no resumption, no 0-RTT).
// Internal to firmware/link.

#include <memory>

#include "firmware/base/result.h"
#include "firmware/link/http_client.h"

struct mbedtls_ssl_config;

namespace madoguchi {

/// The configuration of one client's connections with the files it needs. Loop thread only.
class TlsPolicy {
 public:
  /// Errc::invalid or the file's error, with the file's name: the CA file must hold exactly one
  /// certificate; the certificate must belong to the key; both may be empty.
  static Result<std::unique_ptr<TlsPolicy>> create(const TlsFiles& files);
  ~TlsPolicy();
  TlsPolicy(const TlsPolicy&) = delete;
  TlsPolicy& operator=(const TlsPolicy&) = delete;

  [[nodiscard]] const mbedtls_ssl_config& configuration() const;

 private:
  struct State;
  explicit TlsPolicy(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
