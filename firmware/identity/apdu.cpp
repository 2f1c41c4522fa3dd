#include "firmware/identity/apdu.h"

#include <cassert>
#include <initializer_list>

namespace madoguchi::identity {

namespace {

Secret command(std::initializer_list<std::uint8_t> bytes) {
  return Secret(ByteView(bytes.begin(), bytes.size()));
}

std::uint8_t low(std::size_t number) { return static_cast<std::uint8_t>(number); }
std::uint8_t high(std::size_t number) { return static_cast<std::uint8_t>(number >> 8); }

std::optional<std::uint32_t> counted(std::uint16_t status, std::uint8_t sw1) {
  if (status >> 8 != sw1) return std::nullopt;
  const std::uint32_t count = status & 0xFF;
  return count == 0 ? most_short_answer : count;
}

}  // namespace

Secret select_application(ByteView aid) {
  assert(aid.size() >= 5 && aid.size() <= 16);
  Secret out = command({0x00, 0xA4, 0x04, 0x0C, low(aid.size())});
  out.append(aid);
  return out;
}

Secret select_file(std::uint16_t file) {
  return command({0x00, 0xA4, 0x02, 0x0C, 0x02, high(file), low(file)});
}

Secret read_binary(std::size_t offset, std::uint32_t length, ApduForm form) {
  assert(offset <= largest_offset && length > 0);
  if (form == ApduForm::short_form) {
    assert(length <= most_short_answer);
    return command({0x00, 0xB0, high(offset), low(offset), low(length)});  // 256 is written 00
  }
  assert(length <= most_extended_answer);  // 65,536 is written 0000
  return command({0x00, 0xB0, high(offset), low(offset), 0x00, high(length), low(length)});
}

Secret ask_tries() { return command({0x00, 0x20, 0x00, 0x80}); }

Secret verify(const Secret& pin) {
  assert(pin.size() >= 1 && pin.size() <= 255);
  Secret out = command({0x00, 0x20, 0x00, 0x80, low(pin.size())});
  out.append(pin.reveal());
  return out;
}

Secret get_response(std::uint8_t length) { return command({0x00, 0xC0, 0x00, 0x00, length}); }

std::optional<int> tries_left(std::uint16_t status) {
  if ((status & 0xFFF0) == 0x63C0) return status & 0x0F;
  if (status == status::pin_locked || status == status::pin_locked_iso) return 0;
  return std::nullopt;
}

std::optional<std::uint32_t> answer_waiting(std::uint16_t status) { return counted(status, 0x61); }

std::optional<std::uint32_t> exact_length(std::uint16_t status) { return counted(status, 0x6C); }

bool refuses_extended(std::uint16_t status) {
  return status == status::wrong_length || status == status::unknown_instruction ||
         status == status::unknown_class;
}

}  // namespace madoguchi::identity
