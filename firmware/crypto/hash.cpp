#include "firmware/crypto/hash.h"

#include <cstdlib>

#include <mbedtls/md.h>
#include <psa/crypto.h>

#include "firmware/crypto/psa.h"

namespace madoguchi {
namespace {

// Hashing has no failure that a caller could answer: it means no memory or a call out of order.
void must(psa_status_t status) {
  if (status != PSA_SUCCESS) std::abort();
}

}  // namespace

struct Sha256::State {
  psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
  State() { begin(); }
  ~State() { (void)psa_hash_abort(&operation); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  void begin() {
    crypto::ensure_psa();
    must(psa_hash_setup(&operation, PSA_ALG_SHA_256));
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(ByteView part) {
  must(psa_hash_update(&state_->operation, part.data(), part.size()));
}

Bytes Sha256::finish() {
  Bytes digest(sha256_size);
  std::size_t size = 0;
  must(psa_hash_finish(&state_->operation, digest.data(), digest.size(), &size));
  state_->begin();
  return digest;
}

Bytes sha256(ByteView message) {
  Sha256 hash;
  hash.add(message);
  return hash.finish();
}

// Not by PSA's MAC: it takes a key only through its key store, and no empty one.
Bytes hmac_sha256(ByteView key, ByteView message) {
  crypto::ensure_psa();
  Bytes code(sha256_size);
  if (mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key.data(), key.size(),
                      message.data(), message.size(), code.data()) != 0) {
    std::abort();
  }
  return code;
}

}  // namespace madoguchi
