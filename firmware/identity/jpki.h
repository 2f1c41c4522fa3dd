#pragma once
// 公的個人認証AP, the JPKI application of a My Number card: its names and the one command of its
// own. Only what 利用者 証明 (user authentication) needs; the kiosk never signs in the resident's
// name with the signing key.

#include <array>
#include <cstdint>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"

namespace madoguchi::identity::jpki {

inline constexpr std::array<std::uint8_t, 10> aid = {0xD3, 0x92, 0xF0, 0x00, 0x26,
                                                     0x01, 0x00, 0x00, 0x00, 0x01};

inline constexpr std::uint16_t auth_certificate = 0x000A;  ///< readable without a PIN
inline constexpr std::uint16_t auth_key = 0x0017;          ///< RSA-2048
inline constexpr std::uint16_t auth_pin = 0x0018;          ///< 4 digits, 3 tries

inline constexpr std::size_t auth_pin_digits = 4;
inline constexpr int auth_pin_tries = 3;
inline constexpr std::size_t signature_size = 256;
/// JPKI's certificates have about 1,500 bytes; a file that claims more than this is not one.
inline constexpr std::size_t largest_certificate = 8192;

/// Whether it is a PIN that the card could accept: four ASCII digits.
bool is_auth_pin(const Secret& pin);

/// 80 2A 00 80, COMPUTE DIGITAL SIGNATURE with the current key: PKCS #1 v1.5 around the DigestInfo
/// as it is.
Secret compute_signature(ByteView digest_info);
/// RFC 8017, 9.2: the DigestInfo of a SHA-256 digest (32 bytes).
Bytes digest_info_of_sha256(ByteView digest);

/// Whole length of the DER certificate that the bytes begin, which may be cut off after its first 4
/// bytes. A SEQUENCE of definite length in the shortest form (X.690, 10.1), at most
/// largest_certificate. Errors: protocol.
Result<std::size_t> certificate_length(ByteView beginning);

}  // namespace madoguchi::identity::jpki
