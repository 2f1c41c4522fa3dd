#pragma once
// Seals a document: the gateway's word to the kiosk that this PDF belongs to this visit (the
// right-person rule).

#include <memory>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/message/gateway_api.h"

struct evp_pkey_st;

namespace madoguchi::gateway {

class SealKey {
 public:
  /// Reads a private key on P-256 from PEM. Errc::invalid for any other key.
  static Result<SealKey> load(const std::string& path);

  /// The seal's CBOR bytes and the signature over api::seal_message of them: ECDSA P-256 with
  /// SHA-256 (FIPS 186-5), r || s, 64 bytes. `pdf` is left empty. Any thread.
  [[nodiscard]] Result<api::SealedDocument> seal(const api::Seal& seal) const;
  /// The same kind of signature over another message; its context must be of its own
  /// (firmware/message).
  [[nodiscard]] Result<Bytes> sign(ByteView message) const;
  /// The public half, SubjectPublicKeyInfo in PEM.
  [[nodiscard]] Result<std::string> public_pem() const;

 private:
  explicit SealKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st>
      key_;  // shared: OpenSSL counts references of keys anyway; never changed after load
};

/// DER ECDSA-Sig-Value (RFC 3279 2.2.3) as 64 bytes r || s. Errc::invalid when it is none of P-256.
Result<Bytes> raw_p256_signature(ByteView der);

}  // namespace madoguchi::gateway
