#include "hal/nfc/nfc_protocol.h"

#include <array>
#include <cassert>
#include <string_view>

namespace madoguchi::nfc {

namespace {

// CBOR (RFC 8949, 3.1): major types of what a Transmit consists of.
constexpr std::uint8_t map_of_three = 0xA3;
constexpr std::uint8_t text = 0x60;
constexpr std::uint8_t unsigned_64_bits = 0x1B;
constexpr std::uint8_t bytes_16_bit_length = 0x59;
/// firmware/message/framing.h: no further packet follows.
constexpr std::uint8_t last_packet = 0;

void append_byte(Secret& out, std::uint8_t byte) { out.append(std::array<std::uint8_t, 1>{byte}); }

void append_text(Secret& out, std::string_view word) {
  append_byte(out, static_cast<std::uint8_t>(text | word.size()));
  out.append(as_bytes(word));
}

void append_number(Secret& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    append_byte(out, static_cast<std::uint8_t>(number >> shift));
  }
}

}  // namespace

Secret encode_transmit(std::int64_t number, const Secret& command) {
  assert(number >= 0 && command.size() <= largest_command);
  Secret out;
  append_byte(out, last_packet);
  append_byte(out, map_of_three);
  append_text(out, "type");
  append_text(out, Transmit::tag);
  append_text(out, "number");
  append_byte(out, unsigned_64_bits);
  append_number(out, static_cast<std::uint64_t>(number), 8);
  append_text(out, "command");
  append_byte(out, bytes_16_bit_length);
  append_number(out, command.size(), 2);
  out.append(command.reveal());
  return out;
}

}  // namespace madoguchi::nfc
