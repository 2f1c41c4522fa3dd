#include "firmware/payment/service_id.h"

#include "firmware/base/bytes.h"

namespace madoguchi::payment {

std::string make_service_id() {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id;
  while (id.size() < 10) {
    for (const std::uint8_t byte : random_bytes(16)) {
      // 252 is the largest multiple of 36 in a byte: above it the first digits would be more
      // likely.
      if (byte < 252 && id.size() < 10) id += digits[byte % 36];
    }
  }
  return id;
}

}  // namespace madoguchi::payment
