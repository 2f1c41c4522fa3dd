#pragma once
// Certificates in the shape of JPKI's (J-LIS certificate profile: RSA-2048, SHA-256, C=JP, O=JPKI),
// under an authority of the emulator's own. Nothing here chains to a real one.

#include <string>

#include "firmware/base/bytes.h"
#include "tools/emulators/card/holder.h"
#include "tools/emulators/card/rsa_key.h"

namespace madoguchi::emulator {

enum class CertificateUse { user_authentication, digital_signature };

/// Self-signed, DER, valid from five years ago for fifteen years.
Bytes make_ca_certificate(CertificateUse use, const RsaKey& key);
/// The holder's certificate, DER, valid from a year ago for five years.
Bytes make_holder_certificate(CertificateUse use, const RsaKey& key, const Holder& holder,
                              ByteView ca_certificate, const RsaKey& ca_key);

std::string certificate_to_pem(ByteView der);

}  // namespace madoguchi::emulator
