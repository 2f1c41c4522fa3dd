#include "tools/gateway/document_number.h"

#include "firmware/base/bytes.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t group = 4;
constexpr std::size_t length = 3 * group + 2;

constexpr bool is_dash_place(std::size_t i) { return i % (group + 1) == group; }

}  // namespace

std::string new_document_number() {
  const Bytes chance = random_bytes(length);
  std::string number;
  for (std::size_t i = 0; i < length; ++i) {
    number += is_dash_place(i)
                  ? '-'
                  : symbols[chance[i] % symbols.size()];  // 256 is a multiple of 32: no bias
  }
  return number;
}

bool is_document_number(std::string_view text) {
  if (text.size() != length) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (is_dash_place(i) ? text[i] != '-' : symbols.find(text[i]) == std::string_view::npos)
      return false;
  }
  return true;
}

std::string new_verification_token() { return to_hex(random_bytes(8)); }

}  // namespace madoguchi::gateway
