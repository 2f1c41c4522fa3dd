#pragma once
// The keys of kiosk.toml that say whom a connection trusts, and as whom it comes.

#include <string>
#include <vector>

#include "firmware/base/config.h"
#include "firmware/link/http_client.h"

namespace madoguchi {

/// Pins of public keys. What is none of them is a problem of the configuration.
std::vector<std::string> read_pins(Config& config, const std::string& key);

/// ca, certificate, key and pins of a section; what is not there is as in `usual`, the pins only
/// while the CA is the same.
TlsFiles read_tls_files(Config& config, const std::string& section, const TlsFiles& usual);

}  // namespace madoguchi
