#include "firmware/crypto/psa.h"

#include <cstdlib>

#include <psa/crypto.h>

namespace madoguchi::crypto {

void ensure_psa() {
  static const psa_status_t status = psa_crypto_init();
  if (status != PSA_SUCCESS) std::abort();
}

}  // namespace madoguchi::crypto
