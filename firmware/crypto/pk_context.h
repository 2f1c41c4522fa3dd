#pragma once
// Internal to firmware/crypto: a key of Mbed TLS's while it is read. Its owner's thread only.

#include <mbedtls/pk.h>

namespace madoguchi {

struct PkContext {
  mbedtls_pk_context pk;
  PkContext() { mbedtls_pk_init(&pk); }
  ~PkContext() { mbedtls_pk_free(&pk); }
  PkContext(const PkContext&) = delete;
  PkContext& operator=(const PkContext&) = delete;
};

}  // namespace madoguchi
