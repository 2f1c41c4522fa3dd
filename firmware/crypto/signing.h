#pragma once
// Signatures by a key that the process holds itself: ECDSA on P-256 with SHA-256 (FIPS 186-5). The
// kiosk's only such keys are the journal's audit key, and kiosk-keys' own where a board has no TPM.

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

  /// The secret number, 32 bytes big-endian. Errc::invalid if it is none of the curve.
  static Result<P256PrivateKey> from_scalar(const Secret& scalar);
  /// A new one of those. Errc::io without randomness.
  static Result<Secret> make_scalar();

  P256PrivateKey(P256PrivateKey&& other) noexcept;
  P256PrivateKey& operator=(P256PrivateKey&& other) noexcept;
  ~P256PrivateKey();

  /// 64 bytes r || s over SHA-256 of `message`. Any thread. Fails only without memory or
  /// randomness: Errc::io.
  [[nodiscard]] Result<Bytes> sign(ByteView message) const;
  /// The same over a digest of 32 bytes, SHA-256 of what is signed; another size is Errc::invalid.
  [[nodiscard]] Result<Bytes> sign_digest(ByteView digest) const;
  /// Its other half, uncompressed: 04 || x || y.
  [[nodiscard]] Result<Bytes> point() const;
  /// Its other half.
  [[nodiscard]] Result<P256PublicKey> public_key() const;

 private:
  explicit P256PrivateKey(std::uint32_t id) : id_(id) {}

  std::uint32_t id_ = 0;  ///< in PSA's key store, 0 for none
};

}  // namespace madoguchi
