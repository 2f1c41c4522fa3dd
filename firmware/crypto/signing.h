#pragma once
// Signatures by a key that the process holds itself: ECDSA on P-256 with SHA-256 (FIPS 186-5). The
// kiosk's only such key is the journal's audit key; its TLS key lives in another process.

#include <cstdint>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/crypto/signature.h"

namespace madoguchi {

class P256PrivateKey {
 public:
  /// "-----BEGIN PRIVATE KEY-----" (PKCS #8) or "-----BEGIN EC PRIVATE KEY-----" (SEC 1), without a
  /// passphrase. Errc::invalid if it is not PEM, not a private key or on another curve.
  static Result<P256PrivateKey> from_pem(const Secret& pem);

  P256PrivateKey(P256PrivateKey&& other) noexcept;
  P256PrivateKey& operator=(P256PrivateKey&& other) noexcept;
  ~P256PrivateKey();

  /// 64 bytes r || s over SHA-256 of `message`. Any thread. Fails only without memory or
  /// randomness: Errc::io.
  [[nodiscard]] Result<Bytes> sign(ByteView message) const;
  /// Its other half.
  [[nodiscard]] Result<P256PublicKey> public_key() const;

 private:
  explicit P256PrivateKey(std::uint32_t id) : id_(id) {}

  std::uint32_t id_ = 0;  ///< in PSA's key store, 0 for none
};

}  // namespace madoguchi
