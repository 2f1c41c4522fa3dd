#pragma once
// A slip of paper that tells a resident what became of their money. Data: kioskd says what stands
// on it, kiosk-ui has the words and the fonts (adr/0010).

#include <optional>
#include <string>
#include <vector>

#include "firmware/base/raster.h"
#include "firmware/message/codec.h"
#include "firmware/message/text.h"

namespace madoguchi {

MADOGUCHI_DESCRIBE(Raster, width, rows, bits)

struct SlipLine {
  Text label;
  Text value;
  bool operator==(const SlipLine&) const = default;
};
MADOGUCHI_DESCRIBE(SlipLine, label, value)

/// No name, no address, no card number.
struct Slip {
  std::string language = "ja";  ///< the resident's
  Text title;
  Text money;                     ///< in the largest words: whether money moved
  std::optional<Text> for_staff;  ///< the same in Japanese, when the resident's language is another
  std::vector<Text> advice;       ///< what to do, one sentence each
  std::vector<SlipLine> brands;   ///< what an interrupted tap means, by brand
  std::vector<SlipLine> lines;    ///< what, when, how much
  std::string code;               ///< for a QR code; empty: none
  Text code_caption;

  bool operator==(const Slip&) const = default;
};
MADOGUCHI_DESCRIBE(Slip, language, title, money, for_staff, advice, brands, lines, code,
                   code_caption)

}  // namespace madoguchi
