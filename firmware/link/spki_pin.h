#pragma once
// Pins of public keys: SHA-256 of the SubjectPublicKeyInfo (as in RFC 7469, 2.4), base64. One key
// of the server's path, the root's included, must be pinned; a backup stands beside it, so that a
// lost key is no dead kiosk.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

using SpkiPin = std::array<std::uint8_t, 32>;

/// None for an empty list. Errc::invalid, naming the pin: not base64 of 32 bytes, the same pin
/// twice, or one alone. Any thread.
Result<std::vector<SpkiPin>> parse_pins(const std::vector<std::string>& texts);

SpkiPin pin_of(ByteView subject_public_key_info);

}  // namespace madoguchi
