#pragma once
// What TLS the gateway speaks, to whom. Kiosks: TLS 1.3 only, ECDSA, a client certificate of the
// kiosks' CA with the extended key usage clientAuth (RFC 5280 4.2.1.12) and a CN that is the
// kiosk's id. The public page: what phones speak, TLS 1.2 with ephemeral AEAD suites or 1.3.

#include <memory>
#include <string>

#include <openssl/types.h>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

struct ServerIdentity {
  std::string certificate;  ///< PEM chain, the server's first
  std::string key;          ///< PEM
};

/// `kiosk_ca`: PEM of the only CA whose kiosks may connect. `kiosk_crl`: PEM, empty for none; with
/// one, a kiosk that is in it, and every kiosk once it has expired, is refused. Errc::invalid names
/// the file.
Result<TlsContext> kiosk_tls(const ServerIdentity& server, const std::string& kiosk_ca,
                             const std::string& kiosk_crl);
Result<TlsContext> public_tls(const ServerIdentity& server);

/// CN of the certificate that the peer showed; empty when it showed none.
std::string peer_name(const SSL* connection);

}  // namespace madoguchi::gateway
