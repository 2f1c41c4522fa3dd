#include "firmware/identity/jpki.h"

#include <algorithm>
#include <cassert>

namespace madoguchi::identity::jpki {

bool is_auth_pin(const Secret& pin) {
  const auto is_digit = [](std::uint8_t byte) { return byte >= '0' && byte <= '9'; };
  return pin.size() == auth_pin_digits && std::ranges::all_of(pin.reveal(), is_digit);
}

Secret compute_signature(ByteView digest_info) {
  assert(!digest_info.empty() && digest_info.size() <= signature_size - 11);
  const std::array<std::uint8_t, 5> header = {0x80, 0x2A, 0x00, 0x80,
                                              static_cast<std::uint8_t>(digest_info.size())};
  constexpr std::array<std::uint8_t, 1> all_of_the_answer = {0x00};
  Secret command(header);
  command.append(digest_info);
  command.append(all_of_the_answer);
  return command;
}

Bytes digest_info_of_sha256(ByteView digest) {
  assert(digest.size() == 32);
  Bytes out = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
               0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

Result<std::size_t> certificate_length(ByteView beginning) {
  const auto bad = [](const char* what) { return Error{Errc::protocol, "card.certificate", what}; };
  if (beginning.size() < 4) return bad("the file is shorter than the head of a certificate");
  if (beginning[0] != 0x30) return bad("the file does not begin with a DER SEQUENCE");
  if (beginning[1] < 0x80) return std::size_t{2} + beginning[1];
  if (beginning[1] == 0x81 && beginning[2] >= 0x80) return std::size_t{3} + beginning[2];
  if (beginning[1] != 0x82 || beginning[2] == 0) return bad("the length is not DER's or too large");
  const std::size_t length = 4 + (static_cast<std::size_t>(beginning[2]) << 8 | beginning[3]);
  if (length > largest_certificate) return bad("the length is too large for a certificate");
  return length;
}

}  // namespace madoguchi::identity::jpki
