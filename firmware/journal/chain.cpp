#include "firmware/journal/chain.h"

#include <bit>
#include <span>

#include "firmware/crypto/hash.h"

namespace madoguchi::chain {
namespace {

void add_big_endian(Sha256& hash, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    const auto byte = static_cast<std::uint8_t>(value >> shift);
    hash.add({&byte, 1});
  }
}

void add_sized(Sha256& hash, ByteView field) {
  add_big_endian(hash, field.size(), 4);
  hash.add(field);
}

Bytes root_of(std::span<const Bytes> leaves) {
  Sha256 hash;
  if (leaves.size() == 1) {
    add_big_endian(hash, 0, 1);
    hash.add(leaves.front());
  } else if (leaves.size() > 1) {
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    const Bytes left_root = root_of(leaves.first(left));
    const Bytes right_root = root_of(leaves.subspan(left));
    add_big_endian(hash, 1, 1);
    hash.add(left_root);
    hash.add(right_root);
  }
  return hash.finish();
}

}  // namespace

Bytes genesis() { return Bytes(hash_size); }

Bytes content_hash(ByteView salt, std::string_view body) {
  Sha256 hash;
  hash.add(as_bytes(std::string_view("madoguchi content 2\0", 20)));
  add_sized(hash, salt);
  hash.add(as_bytes(body));
  return hash.finish();
}

Bytes entry_hash(ByteView previous, const Link& link) {
  Sha256 hash;
  hash.add(as_bytes(std::string_view("madoguchi entry 2\0", 18)));
  add_sized(hash, previous);
  add_big_endian(hash, static_cast<std::uint64_t>(link.number), 8);
  add_sized(hash, as_bytes(link.visit));
  add_big_endian(hash, static_cast<std::uint64_t>(link.at_ms), 8);
  add_sized(hash, as_bytes(link.kind));
  add_sized(hash, link.content);
  return hash.finish();
}

Bytes merkle_root(const std::vector<Bytes>& leaves) { return root_of(leaves); }

}  // namespace madoguchi::chain
