#pragma once
// The CA of the kiosks' certificates: reads a kiosk's request, issues, lists what is revoked.
// Certificates are as a kiosk's must be (tools/gateway/tls.h): X.509 v3, P-256, clientAuth, CN the
// kiosk's id. Loop thread only.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {

/// A certificate as it was issued.
struct IssuedCertificate {
  std::string pem;
  std::string serial;  ///< hexadecimal, lower case
  std::int64_t from_s = 0;
  std::int64_t until_s = 0;
};

/// What a kiosk asks a certificate with.
struct CertificateRequest {
  KeyPtr key;         ///< its public half
  Bytes spki_sha256;  ///< of that, 32 bytes
};

/// PKCS #10 in DER of a key on P-256, signed by itself. Its subject does not count. Errc::invalid.
Result<CertificateRequest> read_certificate_request(ByteView der);

struct RevokedSerial {
  std::string serial;
  std::int64_t at_s = 0;
};

class KioskAuthority {
 public:
  /// PEM files. Errc::invalid when the key is not the certificate's, or that is no CA's.
  static Result<KioskAuthority> load(const std::string& certificate, const std::string& key);

  Result<IssuedCertificate> issue(const CertificateRequest& request, const std::string& kiosk,
                                  std::int64_t now_s, std::int64_t lifetime_s) const;
  /// PEM.
  Result<std::string> revocation_list(const std::vector<RevokedSerial>& revoked,
                                      std::int64_t number, std::int64_t now_s,
                                      std::int64_t lifetime_s) const;
  /// PEM.
  [[nodiscard]] const std::string& certificate() const { return pem_; }
  /// Known to nobody who has not its key: what codes are hashed with, 32 bytes.
  [[nodiscard]] const Bytes& pepper() const { return pepper_; }

 private:
  KioskAuthority(CertificatePtr certificate, KeyPtr key, std::string pem, Bytes pepper)
      : certificate_(std::move(certificate)),
        key_(std::move(key)),
        pem_(std::move(pem)),
        pepper_(std::move(pepper)) {}

  CertificatePtr certificate_;
  KeyPtr key_;
  std::string pem_;
  Bytes pepper_;
};

/// Base64 of SHA-256 of the public key of the first certificate of this PEM file, as in a kiosk's
/// pins.
Result<std::string> pin_of_certificate(const std::string& path);

}  // namespace madoguchi::gateway
