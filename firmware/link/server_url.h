#pragma once
// The address of a server, as written in a configuration: "https://host[:port][/path]".

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi {

struct ServerUrl {
  bool tls = false;         ///< https, else http
  std::string host;         ///< lower-case DNS name, or an IP address without brackets
  bool is_address = false;  ///< host is an IPv4 or IPv6 address
  std::uint16_t port = 0;   ///< 443 or 80 when the URL names none
  std::string path;         ///< "" or "/nexo": no slash at the end

  /// What belongs into the Host header: "[::1]:8443", "gateway.example".
  [[nodiscard]] std::string authority() const;
};

/// Errc::invalid with what is wrong: another scheme, a user, a query, a fragment, no host, a port
/// out of range, or a host that is neither an address nor a DNS name of letters, digits, hyphens
/// and dots.
Result<ServerUrl> parse_server_url(std::string_view text);

}  // namespace madoguchi
