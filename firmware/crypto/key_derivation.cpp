#include "firmware/crypto/key_derivation.h"

#include <cassert>
#include <cstdlib>

#include <mbedtls/pkcs5.h>

#include "firmware/crypto/psa.h"

namespace madoguchi {

// Not by PSA's key derivation: its PBKDF2 is not in the default build of Mbed TLS 3.6, Debian 13's
// included.
Secret pbkdf2_hmac_sha1(ByteView passphrase, ByteView salt, unsigned rounds, std::size_t size) {
  assert(rounds > 0 && size > 0 && size <= Secret::max_size);
  crypto::ensure_psa();
  Bytes derived(size);
  if (mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA1, passphrase.data(), passphrase.size(),
                                    salt.data(), salt.size(), rounds,
                                    static_cast<std::uint32_t>(size), derived.data()) != 0) {
    std::abort();  // no memory: there is no failure that a caller could answer
  }
  Secret out{ByteView(derived)};
  wipe(derived.data(), derived.size());
  return out;
}

}  // namespace madoguchi
