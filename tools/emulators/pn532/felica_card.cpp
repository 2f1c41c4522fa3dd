#include "tools/emulators/pn532/felica_card.h"

#include <algorithm>
#include <array>

namespace madoguchi::emulator {

namespace {

constexpr std::array<std::uint8_t, 8> pmm = {0x01, 0x20, 0x22, 0x04, 0x27, 0x67, 0x4E, 0xFF};
constexpr std::uint16_t system_code_of_card = 0x0003;  // cyberne: transit cards
constexpr std::uint16_t readable_service = 0x090F;     // without a key
constexpr std::uint8_t any = 0xFF;

enum Command : std::uint8_t { request_response = 0x04, read_without_encryption = 0x06 };

/// Length, response code and IDm, then the rest.
Bytes packet_of(std::uint8_t response_code, ByteView idm, ByteView rest) {
  Bytes out = {static_cast<std::uint8_t>(2 + idm.size() + rest.size()), response_code};
  out.insert(out.end(), idm.begin(), idm.end());
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

/// One service, one block with a two-byte list element: what kiosks and phones send.
Bytes read_block(ByteView idm, ByteView parameters) {
  constexpr std::array<std::uint8_t, 2> illegal = {0x01, 0xA6};
  if (parameters.size() != 6 || parameters[0] != 1 || parameters[3] != 1 || parameters[4] != 0x80) {
    return packet_of(read_without_encryption + 1, idm, illegal);
  }
  const auto service = static_cast<std::uint16_t>(parameters[1] | parameters[2] << 8);
  if (service != readable_service) return packet_of(read_without_encryption + 1, idm, illegal);
  Bytes answer = {0x00, 0x00, 0x01};
  for (std::uint8_t i = 0; i < 16; ++i)
    answer.push_back(static_cast<std::uint8_t>(parameters[5] * 16 + i));
  return packet_of(read_without_encryption + 1, idm, answer);
}

}  // namespace

bool FelicaCard::answers(std::uint16_t system_code) const {
  const auto matches = [](std::uint8_t asked, std::uint8_t own) {
    return asked == any || asked == own;
  };
  return matches(system_code >> 8, system_code_of_card >> 8) &&
         matches(static_cast<std::uint8_t>(system_code),
                 static_cast<std::uint8_t>(system_code_of_card));
}

Bytes FelicaCard::polling_response(std::uint16_t system_code, std::uint8_t request) const {
  if (!answers(system_code)) return {};
  Bytes out = {0x01};
  out.insert(out.end(), idm_.begin(), idm_.end());
  out.insert(out.end(), pmm.begin(), pmm.end());
  if (request == 0x01) {
    out.push_back(system_code_of_card >> 8);
    out.push_back(static_cast<std::uint8_t>(system_code_of_card));
  }
  return out;
}

std::optional<Bytes> FelicaCard::exchange(ByteView packet) const {
  if (packet.size() < 10 || packet[0] != packet.size()) return std::nullopt;
  if (!std::ranges::equal(packet.subspan(2, idm_.size()), idm_)) return std::nullopt;
  switch (packet[1]) {
    case request_response:
      return packet_of(request_response + 1, idm_, Bytes{0x00});
    case read_without_encryption:
      return read_block(idm_, packet.subspan(10));
    default:
      return std::nullopt;
  }
}

}  // namespace madoguchi::emulator
