#pragma once
// What a kiosk asks a certificate with, and how it looks at what it gets. Internal to
// firmware/link. Any thread.

#include <functional>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/timers.h"

namespace madoguchi {

/// Gives 64 bytes r || s over a SHA-256 digest.
using DigestSigner = std::function<Result<Bytes>(ByteView digest)>;

/// A certificate signing request (PKCS #10, RFC 2986) in DER for a key on P-256 with this public
/// half, 65 bytes. Its subject is a CN; the gateway gives the kiosk its own name. Errors are the
/// signer's; invalid for another point.
Result<Bytes> certificate_request(ByteView point, std::string_view common_name,
                                  const DigestSigner& sign);

/// What a kiosk's certificate says.
struct KioskCertificate {
  std::string kiosk;  ///< its CN
  Timers::Wall from;
  Timers::Wall until;
  Bytes point;  ///< of its key, 65 bytes; empty when that is not on P-256
};

/// Reads the first certificate. Errc::invalid.
Result<KioskCertificate> read_certificate(const std::string& pem);

/// Whether it is a certificate for this kiosk's key that its CA has issued: signed by `issuer`,
/// valid now (half an hour of a clock that goes behind is forgiven), for clientAuth and nothing
/// else, of no CA, with a CN that is a kiosk's. Errc::integrity says what is wrong.
Result<KioskCertificate> check_certificate(const std::string& pem, const std::string& issuer_pem,
                                           ByteView point, Timers::Wall now);

}  // namespace madoguchi
