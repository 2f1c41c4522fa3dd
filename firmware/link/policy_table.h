#pragma once
// The one table of what TLS the kiosk and the gateway's kiosk side speak, and nothing else: TLS 1.3
// (RFC 8446), these suites, groups and signature schemes by their IANA numbers, in order of
// preference. firmware/link offers it, the gateway's enumeration test compares with it, and
// docs/tls.md repeats it (a test compares the two).

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace madoguchi::policy_table {

struct Entry {
  std::uint16_t iana;
  std::string_view name;     ///< IANA's
  std::string_view openssl;  ///< OpenSSL's, for whoever holds the other end of the wire
};

inline constexpr std::uint16_t version = 0x0304;

inline constexpr std::array<Entry, 3> suites{{
    {0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"},
    {0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"},
}};

inline constexpr std::array<Entry, 3> groups{{
    {0x001d, "x25519", "X25519"},
    {0x0017, "secp256r1", "P-256"},
    {0x0018, "secp384r1", "P-384"},
}};

inline constexpr std::array<Entry, 2> signatures{{
    {0x0403, "ecdsa_secp256r1_sha256", "ecdsa_secp256r1_sha256"},
    {0x0503, "ecdsa_secp384r1_sha384", "ecdsa_secp384r1_sha384"},
}};

/// RFC 7301; a server that does not agree to it is refused.
inline constexpr std::string_view protocol = "http/1.1";

/// A resumption ticket is dropped after its own lifetime or this, whichever is shorter.
inline constexpr std::chrono::seconds longest_ticket{3600};

}  // namespace madoguchi::policy_table
