#pragma once
// PBKDF2 with HMAC-SHA-1 (RFC 8018 5.2), for protocols that prescribe it. Any thread.

#include "firmware/base/bytes.h"
#include "firmware/base/secret.h"

namespace madoguchi {

/// `size` bytes, 1 to Secret::max_size; `rounds` from 1. Takes milliseconds for a few thousand
/// rounds.
Secret pbkdf2_hmac_sha1(ByteView passphrase, ByteView salt, unsigned rounds, std::size_t size);

}  // namespace madoguchi
