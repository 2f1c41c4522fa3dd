#pragma once
// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104). Any thread.

#include <memory>

#include "firmware/base/bytes.h"

namespace madoguchi {

inline constexpr std::size_t sha256_size = 32;

/// The 32-byte digest.
Bytes sha256(ByteView message);

/// The digest of a message that comes in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void add(ByteView part);
  /// The digest of everything added; afterwards a new message begins.
  Bytes finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The 32-byte code; compare it with equal_constant_time. Keys of any length, an empty one
/// included.
Bytes hmac_sha256(ByteView key, ByteView message);

}  // namespace madoguchi
