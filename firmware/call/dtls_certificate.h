#pragma once
// The certificate of one call's inner DTLS-SRTP layer: ECDSA on P-256, self-signed, made when the
// worker starts and gone with it. GStreamer's own would be RSA, made while the resident waits.
// OpenSSL, because GStreamer's DTLS is OpenSSL: the key goes to it in any case.

#include <string>
#include <string_view>

#include "firmware/base/result.h"
#include "firmware/call/session_description.h"

namespace madoguchi::call {

struct DtlsCertificate {
  std::string pem;  ///< certificate and private key
  Fingerprint fingerprint{};
};

/// Errc::full: no memory or no randomness.
Result<DtlsCertificate> make_dtls_certificate();

/// Of the first certificate in the PEM text. Errc::protocol: there is none. Any thread.
Result<Fingerprint> fingerprint_of(std::string_view pem);

}  // namespace madoguchi::call
