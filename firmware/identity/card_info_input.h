#pragma once
// 券面事項入力補助AP: the four attributes printed on a My Number card, so that nobody has to type
// them. Behind a PIN of its own (4 digits, 3 tries).
//
// The application also holds the My Number itself. Its file has no name here and no function reads
// it: only purposes that the My Number Act lists may, and a kiosk has none.

#include <array>
#include <cstdint>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::identity::card_info_input {

inline constexpr std::array<std::uint8_t, 10> aid = {0xD3, 0x92, 0x10, 0x00, 0x31,
                                                     0x00, 0x01, 0x01, 0x04, 0x08};

inline constexpr std::uint16_t attributes = 0x0002;  ///< needs the PIN
inline constexpr std::uint16_t pin = 0x0011;

/// JIS X 0303.
enum class Sex { unknown, male, female, not_applicable };

struct Attributes {
  std::string name;     ///< UTF-8; U+3000 between family and given name
  std::string address;  ///< UTF-8
  std::string birth;    ///< YYYYMMDD; a part that nobody knows may be zeros
  Sex sex = Sex::unknown;

  bool operator==(const Attributes&) const = default;
};

/// Decodes the attributes' file: FF20 { DF21 offsets, DF22 name, DF23 address, DF24 birth, DF25 sex
/// }, BER-TLV, the offsets counted from the file's start. Filler (00 or FF) may follow the object.
/// Every length is checked against what is there and the offsets against where the fields really
/// are. Errors: protocol, without any content.
Result<Attributes> parse_attributes(ByteView file);

}  // namespace madoguchi::identity::card_info_input
