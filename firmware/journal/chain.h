#pragma once
// The hash chain of the journal and the Merkle tree of a checkpoint. Pure. Everything is hashed
// over a length-prefixed encoding, so that no two entries have the same bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"

namespace madoguchi::chain {

inline constexpr std::size_t hash_size = 32;
inline constexpr std::size_t salt_size = 16;

/// What the chain fixes of an entry. `content` is a hash of its own, so that the body can be erased
/// and the chain still verifies.
struct Link {
  std::int64_t number = 0;
  std::string visit;
  std::int64_t at_ms = 0;
  std::string kind;
  Bytes content;  ///< content_hash of salt and body
};

/// Before entry 1.
Bytes genesis();

/// SHA-256("madoguchi content 2\0" || salt || body), the salt with its length before it. The salt,
/// 16 random bytes, keeps an erased body from being guessed.
Bytes content_hash(ByteView salt, std::string_view body);

/// SHA-256("madoguchi entry 2\0" || previous || number || visit || time || kind || content),
/// numbers as 8 bytes, texts and hashes with their length in 4 bytes before them, big-endian.
Bytes entry_hash(ByteView previous, const Link& link);

/// RFC 6962 2.1: leaves are hashed after a 0x00, inner nodes after a 0x01.
Bytes merkle_root(const std::vector<Bytes>& leaves);

}  // namespace madoguchi::chain
