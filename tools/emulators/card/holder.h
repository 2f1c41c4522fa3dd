#pragma once
// Whose card it is: the four attributes printed on it.

#include <cstdint>
#include <string>

#include "firmware/message/codec.h"

namespace madoguchi::emulator {

struct Holder {
  std::string name = "豊中　花子";  ///< family and given name with U+3000 between them
  std::string address = "大阪府豊中市中桜塚３丁目１番１号";
  std::string birth = "19800217";  ///< YYYYMMDD
  std::int32_t sex = 2;            ///< 1 male, 2 female, 9 not applicable (JIS X 0303)
  std::string subject;  ///< CN of the certificates, letters and digits; empty: made up at random

  bool operator==(const Holder&) const = default;
};
MADOGUCHI_DESCRIBE(Holder, name, address, birth, sex, subject)

}  // namespace madoguchi::emulator
