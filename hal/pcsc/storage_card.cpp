#include "hal/pcsc/storage_card.h"

#include <algorithm>
#include <array>

namespace madoguchi {

namespace {

/// TS to TD2, then the historical bytes as far as they are the same: category 80, tag 4F of 12
/// bytes, PC/SC's RID.
constexpr std::array<std::uint8_t, 12> beginning = {0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F,
                                                    0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06};
constexpr std::size_t standard = 12;  // SS, then two bytes for the card's name and four of zero
constexpr std::size_t size = 20;

constexpr std::uint8_t iso14443_3_a = 0x03;
constexpr std::uint8_t felica = 0x11;
// ACS's ACR122U calls FeliCa a type A card of a name of its own, F011 or F012.
constexpr std::uint8_t acs_name = 0xF0;

}  // namespace

std::optional<std::string> storage_card_kind(ByteView atr) {
  if (atr.size() != size || !std::ranges::equal(atr.first(beginning.size()), beginning))
    return std::nullopt;
  if (atr[standard] == felica) return "felica";
  if (atr[standard] != iso14443_3_a) return std::nullopt;
  const bool felica_of_acs =
      atr[standard + 1] == acs_name && (atr[standard + 2] == 0x11 || atr[standard + 2] == 0x12);
  return felica_of_acs ? "felica" : "iso14443a";
}

}  // namespace madoguchi
