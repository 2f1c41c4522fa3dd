#pragma once
// Command APDUs and status words (ISO/IEC 7816-4:2020) as My Number cards take and give them
// (JICSAP 1.1). Pure: bytes in, bytes out. Commands are Secrets because some hold a PIN and all go
// through the same hands.

#include <cstdint>
#include <optional>

#include "firmware/base/bytes.h"
#include "firmware/base/secret.h"

namespace madoguchi::identity {

/// ISO 7816-4, 5.2: lengths in one byte (256 bytes of answer at most), or in two (65,536).
enum class ApduForm { short_form, extended };

inline constexpr std::uint32_t most_short_answer = 256;
inline constexpr std::uint32_t most_extended_answer = 65536;
/// READ BINARY addresses 15 bits.
inline constexpr std::size_t largest_offset = 0x7FFF;

/// 00 A4 04 0C: an application by its name (5 to 16 bytes), no answer data.
Secret select_application(ByteView aid);
/// 00 A4 02 0C: an elementary file of the current application, no answer data.
Secret select_file(std::uint16_t file);
/// 00 B0: `length` bytes of the current file, or as many as there are. length: 1 to 256 in the
/// short form, 1 to 65,536 in the extended one. offset: up to largest_offset.
Secret read_binary(std::size_t offset, std::uint32_t length, ApduForm form);
/// 00 20 00 80 without data: asks for the tries left of the current PIN and uses none.
Secret ask_tries();
/// 00 20 00 80 with data: presents the current PIN. 1 to 255 bytes.
Secret verify(const Secret& pin);
/// 00 C0: fetches what a status word 61xx announced (0 means 256).
Secret get_response(std::uint8_t length);

namespace status {
inline constexpr std::uint16_t ok = 0x9000;
inline constexpr std::uint16_t end_of_file = 0x6282;  ///< fewer bytes than asked for
inline constexpr std::uint16_t wrong_length = 0x6700;
inline constexpr std::uint16_t not_allowed_yet = 0x6982;  ///< a PIN is needed first
inline constexpr std::uint16_t pin_locked_iso = 0x6983;
inline constexpr std::uint16_t pin_locked = 0x6984;  ///< what My Number cards say
inline constexpr std::uint16_t outside_file = 0x6B00;
inline constexpr std::uint16_t unknown_instruction = 0x6D00;
inline constexpr std::uint16_t unknown_class = 0x6E00;
}  // namespace status

/// Tries left as told by 63Cx (x) or by one of the two words for a locked PIN (0); nothing for any
/// other status.
std::optional<int> tries_left(std::uint16_t status);
/// xx of 61xx, how much answer waits to be fetched (256 for 00).
std::optional<std::uint32_t> answer_waiting(std::uint16_t status);
/// xx of 6Cxx, the only length that the card will answer (256 for 00).
std::optional<std::uint32_t> exact_length(std::uint16_t status);
/// Whether the status is how a card without extended APDUs answers one.
bool refuses_extended(std::uint16_t status);

}  // namespace madoguchi::identity
