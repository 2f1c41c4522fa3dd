#pragma once
// AES-256 in CBC mode with the padding of PKCS #7 (FIPS 197, SP 800-38A; RFC 5652 6.3), for
// protocols that prescribe it. It does not authenticate: whoever uses it checks a MAC, and tells
// nobody which of the two was wrong. Any thread.

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

inline constexpr std::size_t aes256_key_size = 32;
inline constexpr std::size_t aes_block_size = 16;

/// Errors: invalid (key or iv of another size).
Result<Bytes> aes256_cbc_encrypt(ByteView key, ByteView iv, ByteView plain);
/// Errors: invalid as above; integrity when the size or the padding is wrong.
Result<Bytes> aes256_cbc_decrypt(ByteView key, ByteView iv, ByteView encrypted);

}  // namespace madoguchi
