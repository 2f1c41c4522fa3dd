#pragma once
// Verification of ECDSA signatures on P-256 with SHA-256 (FIPS 186-5). Signing: signing.h.

#include <cstdint>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

class P256PublicKey {
 public:
  /// "-----BEGIN PUBLIC KEY-----" (SubjectPublicKeyInfo). Errc::invalid if it is not PEM, not a
  /// public key, on another curve, or not a point of the curve.
  static Result<P256PublicKey> from_pem(ByteView pem);
  /// The uncompressed point, 65 bytes: 04 || x || y. Errc::invalid as above.
  static Result<P256PublicKey> from_point(ByteView point);

  P256PublicKey(P256PublicKey&& other) noexcept;
  P256PublicKey& operator=(P256PublicKey&& other) noexcept;
  ~P256PublicKey();

  /// Whether `signature`, 64 bytes r || s big-endian, is the key's over SHA-256 of `message`.
  /// Errc::integrity if not, whatever is wrong with it. Any thread.
  [[nodiscard]] Status verify(ByteView message, ByteView signature) const;

 private:
  explicit P256PublicKey(std::uint32_t id) : id_(id) {}

  std::uint32_t id_ = 0;  ///< in PSA's key store, 0 for none
};

}  // namespace madoguchi
