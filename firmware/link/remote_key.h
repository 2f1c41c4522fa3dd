#pragma once
// The kiosk's TLS key as Mbed TLS takes it, while the key itself is in kiosk-keys: a key context
// whose signing asks that process (docs/adr/0024). Internal to firmware/link.
//
// Signing blocks for as long as the TPM takes, so a handshake with such a key is stepped on a
// worker's thread (tls_stream.h).

#include <memory>
#include <string>

#include "firmware/base/result.h"

struct mbedtls_pk_context;

namespace madoguchi {

class RemoteKey {
 public:
  /// Errc::unsupported when this Mbed TLS is not one whose keys are known to look like this.
  static Result<std::unique_ptr<RemoteKey>> create(std::string keys_socket);
  ~RemoteKey();
  RemoteKey(const RemoteKey&) = delete;
  RemoteKey& operator=(const RemoteKey&) = delete;

  /// For mbedtls_ssl_conf_own_cert: a key on P-256 for ECDSA with SHA-256. Lives as long as this.
  mbedtls_pk_context& context();

 private:
  struct State;
  explicit RemoteKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
