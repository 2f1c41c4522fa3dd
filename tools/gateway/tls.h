#pragma once
// What TLS the gateway speaks, to whom. Kiosks: TLS 1.3 only, ECDSA, a client certificate of the
// kiosks' CA with the extended key usage clientAuth (RFC 5280 4.2.1.12) and a CN that is the
// kiosk's id. The public page: what phones speak, TLS 1.2 with ephemeral AEAD suites or 1.3.

#include <functional>
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
/// For kiosks that have no certificate yet: TLS 1.3 as for kiosks, none is asked for. The chain
/// ends with `ca`, PEM, which such a kiosk knows by its pin.
Result<TlsContext> enrolment_tls(const ServerIdentity& server, const std::string& ca);

/// Whether this certificate of this kiosk (serial number in lower-case hexadecimal) is revoked.
using RevokedCheck = std::function<bool(const std::string& kiosk, const std::string& serial)>;
/// Handshakes of these kiosks end with the alert certificate_revoked from now on. For kiosk_tls.
void refuse_revoked(SSL_CTX* context, RevokedCheck check);

/// CN of the certificate that the peer showed; empty when it showed none.
std::string peer_name(const SSL* connection);

}  // namespace madoguchi::gateway
