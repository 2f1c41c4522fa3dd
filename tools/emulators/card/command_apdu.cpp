#include "tools/emulators/card/command_apdu.h"

namespace madoguchi::emulator {

namespace {

std::uint32_t short_le(std::uint8_t byte) { return byte == 0 ? 256 : byte; }

std::uint32_t extended_number(ByteView two) {
  return static_cast<std::uint32_t>(two[0] << 8 | two[1]);
}

std::uint32_t extended_le(ByteView two) {
  const std::uint32_t number = extended_number(two);
  return number == 0 ? 65536 : number;
}

/// What follows the header in the short form: Le, Lc data, or Lc data Le.
bool parse_short(ByteView body, CommandApdu& out) {
  if (body.size() == 1) {
    out.le = short_le(body[0]);
    return true;
  }
  const std::size_t lc = body[0];
  if (lc == 0 || (body.size() != 1 + lc && body.size() != 2 + lc)) return false;
  out.data = body.subspan(1, lc);
  if (body.size() == 2 + lc) out.le = short_le(body.back());
  return true;
}

/// The same in the extended form: a zero byte, then two-byte lengths.
bool parse_extended(ByteView body, CommandApdu& out) {
  out.extended = true;
  if (body.size() == 3) {
    out.le = extended_le(body.subspan(1));
    return true;
  }
  const std::size_t lc = extended_number(body.subspan(1, 2));
  if (lc == 0 || (body.size() != 3 + lc && body.size() != 5 + lc)) return false;
  out.data = body.subspan(3, lc);
  if (body.size() == 5 + lc) out.le = extended_le(body.last(2));
  return true;
}

}  // namespace

std::optional<CommandApdu> parse_command(ByteView bytes) {
  if (bytes.size() < 4) return std::nullopt;
  CommandApdu out{bytes[0], bytes[1], bytes[2], bytes[3], {}, std::nullopt, false};
  const ByteView body = bytes.subspan(4);
  if (body.empty()) return out;
  const bool extended = body[0] == 0 && body.size() >= 3;
  if (!(extended ? parse_extended(body, out) : parse_short(body, out))) return std::nullopt;
  return out;
}

}  // namespace madoguchi::emulator
