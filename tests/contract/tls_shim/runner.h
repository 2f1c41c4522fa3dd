#pragma once
// The far end of a shim, as BoringSSL's runner is: listens on loopback, starts the shim, reads the
// eight bytes of its id, shakes hands as a server, writes, expects every bit turned over, closes.

#include <cstdint>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "tests/contract/link/test_pki.h"

namespace madoguchi {

struct Role {
  Identity identity;
  int version = TLS1_3_VERSION;
  std::string suites{}, groups{};  ///< empty: OpenSSL's own
  std::string alpn{};              ///< what the server picks, if it is offered; empty: nothing
  bool tickets = true;
  bool ipv6 = false;
  bool says_goodbye = true;  ///< close_notify before TCP ends
  bool wants_client_certificate = false;
  std::string first_words{};  ///< what the shim says by itself
  bool talks = true;          ///< else the shim is to close by itself
  int connections = 1;
};

struct Played {
  int exit_code = -1;
  std::string errors;              ///< what the shim said on standard error
  std::vector<std::uint64_t> ids;  ///< one a connection
  int handshakes = 0;
  int resumed = 0;
  int echoed = 0;  ///< connections on which the turned-over bytes came back
  int client_certificates = 0;
};

/// Runs the shim with these flags and -port N -shim-id 4711 before them.
Played play(const Role& role, std::vector<std::string> flags);

}  // namespace madoguchi
