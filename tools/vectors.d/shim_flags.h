#pragma once
// The command line that BoringSSL's TLS test runner gives to a shim (ssl/test/runner in its
// sources): flags with one dash, some with a value. Only what a TLS 1.3 client of our policy can
// mean anything by; everything else is unimplemented, which the runner counts apart.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace madoguchi::vectors {

struct ShimFlags {
  int port = 0;
  bool ipv6 = false;
  std::uint64_t shim_id = 0;
  int resume_count = 0;
  std::string host_name;
  std::string certificate, key;  ///< of the client; PEM files
  std::string trusted;           ///< PEM file; the runner always names its server's root
  bool judges = false;           ///< judge the server by the kiosk's strict check
  bool verify_fails = false;     ///< find fault with every chain
  bool trickles = false;         ///< the socket gives and takes little at a time, and often nothing
  std::optional<bool> expects_retry;  ///< a HelloRetryRequest
  std::vector<std::uint16_t> groups;
  std::string advertised_protocols;  ///< as on the wire: a length byte before each
  std::optional<std::string> expected_protocol;
  std::optional<int> expected_version;
  bool writes_first = false;
  bool shuts_down = false;
  bool wants_close_notify = false;
  bool expects_session_miss = false;
  bool expects_no_session = false;
};

/// The runner only asks whether there is a handshaker of its own.
struct AskedForHandshaker {};
/// Exit code 89.
struct Unimplemented {
  std::string what;
};
/// Exit code 2.
struct WrongFlags {
  std::string what;
};

/// `resumed`: of a connection after the first one; decides about -on-initial- and -on-resume-.
std::variant<ShimFlags, AskedForHandshaker, Unimplemented, WrongFlags> read_shim_flags(
    const std::vector<std::string>& arguments, bool resumed);

}  // namespace madoguchi::vectors
