#pragma once
// Command APDUs as a card takes them apart (ISO/IEC 7816-4:2020, 5.2).

#include <cstdint>
#include <optional>

#include "firmware/base/bytes.h"

namespace madoguchi::emulator {

struct CommandApdu {
  std::uint8_t cla = 0;
  std::uint8_t ins = 0;
  std::uint8_t p1 = 0;
  std::uint8_t p2 = 0;
  ByteView data;  ///< borrowed from the parsed bytes
  std::optional<std::uint32_t>
      le;                 ///< 1 to 65536 bytes wanted; nothing when no answer data is wanted
  bool extended = false;  ///< lengths were given in the extended form
};

/// The seven cases of the standard. Nothing when the lengths contradict each other: a card says
/// 6700.
std::optional<CommandApdu> parse_command(ByteView bytes);

}  // namespace madoguchi::emulator
