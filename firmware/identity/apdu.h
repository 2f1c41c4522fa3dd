#pragma once
// Command APDUs (ISO/IEC 7816-4) as the My Number card takes them (JICSAP 2.0 class bytes). Pure.

#include <cstdint>
#include <optional>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"

namespace madoguchi::identity {

/// ISO 7816-4, 5.1: short APDUs carry up to 256 bytes of response, extended ones up to 65,536.
enum class ApduForm { short_form, extended };

/// 00 A4 04 0C: by name, no answer data.
Secret select_application(ByteView aid);
/// 00 A4 02 0C: an elementary file of the current application, no answer data.
Secret select_file(std::uint16_t file);
/// 00 B0: from the current file. `length` 1-256 (short) or 1-65,536 (extended).
Secret read_binary(std::uint16_t offset, std::uint32_t length, ApduForm form);
/// 00 20 00 80 without data: asks for the tries left of the current PIN file.
Secret verify_tries();
/// 00 20 00 80 with the PIN.
Secret verify(const Secret& pin);
/// 80 2A 00 80: PKCS #1 v1.5 signature with the current key file over a DigestInfo.
Secret compute_signature(ByteView digest_info);
/// 00 C0: fetches what a status 61xx announced.
Secret get_response(std::uint8_t length);

/// RFC 8017, 9.2: DigestInfo of a SHA-256 digest (32 bytes).
Bytes digest_info_sha256(ByteView digest);

namespace status {
inline constexpr std::uint16_t ok = 0x9000;
inline constexpr std::uint16_t end_of_file = 0x6282;      ///< fewer bytes than asked for
inline constexpr std::uint16_t wrong_length = 0x6700;
inline constexpr std::uint16_t pin_blocked = 0x6984;      ///< seen on My Number cards
inline constexpr std::uint16_t method_blocked = 0x6983;   ///< ISO's word for it
inline constexpr std::uint16_t wrong_offset = 0x6b00;
inline constexpr std::uint16_t unknown_instruction = 0x6d00;
inline constexpr std::uint16_t unknown_class = 0x6e00;
}  // namespace status

/// x of a status 63Cx, the tries left.
std::optional<int> tries_left_of(std::uint16_t status_word);

/// Length of the DER element that the bytes begin with, header included; the element itself may be cut off. Only what a
/// certificate can be: a SEQUENCE with a definite length of one to three length bytes. Errors: protocol.
Result<std::size_t> der_length(ByteView bytes);

}  // namespace madoguchi::identity
