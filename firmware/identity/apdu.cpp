#include "firmware/identity/apdu.h"

#include <cassert>

namespace madoguchi::identity {
namespace {

Secret bytes(std::initializer_list<std::uint8_t> content) {
  return Secret(ByteView(content.begin(), content.size()));
}

std::uint8_t low(std::uint32_t value) { return static_cast<std::uint8_t>(value); }
std::uint8_t high(std::uint32_t value) { return static_cast<std::uint8_t>(value >> 8); }

}  // namespace

Secret select_application(ByteView aid) {
  Secret command = bytes({0x00, 0xa4, 0x04, 0x0c, low(static_cast<std::uint32_t>(aid.size()))});
  command.append(aid);
  return command;
}

Secret select_file(std::uint16_t file) { return bytes({0x00, 0xa4, 0x02, 0x0c, 0x02, high(file), low(file)}); }

Secret read_binary(std::uint16_t offset, std::uint32_t length, ApduForm form) {
  assert(offset < 0x8000 && length > 0);
  if (form == ApduForm::short_form) {
    assert(length <= 256);
    return bytes({0x00, 0xb0, high(offset), low(offset), low(length)});  // 256 is written 00
  }
  assert(length <= 65'536);
  return bytes({0x00, 0xb0, high(offset), low(offset), 0x00, high(length), low(length)});  // 65,536 is written 0000
}

Secret verify_tries() { return bytes({0x00, 0x20, 0x00, 0x80}); }

Secret verify(const Secret& pin) {
  Secret command = bytes({0x00, 0x20, 0x00, 0x80, low(static_cast<std::uint32_t>(pin.size()))});
  command.append(pin.reveal());
  return command;
}

Secret compute_signature(ByteView digest_info) {
  Secret command = bytes({0x80, 0x2a, 0x00, 0x80, low(static_cast<std::uint32_t>(digest_info.size()))});
  command.append(digest_info);
  constexpr std::uint8_t all_of_it[] = {0x00};
  command.append(all_of_it);
  return command;
}

Secret get_response(std::uint8_t length) { return bytes({0x00, 0xc0, 0x00, 0x00, length}); }

Bytes digest_info_sha256(ByteView digest) {
  assert(digest.size() == 32);
  Bytes out{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
            0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

std::optional<int> tries_left_of(std::uint16_t status_word) {
  if ((status_word & 0xfff0) != 0x63c0) return std::nullopt;
  return status_word & 0x0f;
}

Result<std::size_t> der_length(ByteView bytes) {
  const Error bad{Errc::protocol, "card.certificate", "the file does not begin with a DER certificate"};
  if (bytes.size() < 2 || bytes[0] != 0x30) return bad;
  if (bytes[1] < 0x80) return std::size_t{2} + bytes[1];
  const std::size_t count = bytes[1] & 0x7f;
  if (count < 1 || count > 3 || bytes.size() < 2 + count) return bad;
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | bytes[2 + i];
  return 2 + count + length;
}

}  // namespace madoguchi::identity
