#pragma once
// A FeliCa card such as a transit card: what a kiosk must tell from a My Number card (JIS X
// 6319-4). It answers Polling, Request Response and Read Without Encryption of one service.

#include <optional>
#include <utility>

#include "firmware/base/bytes.h"

namespace madoguchi::emulator {

class FelicaCard {
 public:
  FelicaCard() = default;
  /// With an IDm of its own, 8 bytes.
  explicit FelicaCard(Bytes idm) : idm_(std::move(idm)) {}

  /// What the chip puts into its target data: response code, IDm, PMm, and the system code when it
  /// was asked for.
  [[nodiscard]] Bytes polling_response(std::uint16_t system_code, std::uint8_t request) const;
  /// Whether the card answers a poll for this system code; FFFF asks for any.
  [[nodiscard]] bool answers(std::uint16_t system_code) const;
  /// A command packet with its length byte. Nothing: the card stays silent.
  [[nodiscard]] std::optional<Bytes> exchange(ByteView packet) const;

 private:
  Bytes idm_ = {0x01, 0x2E, 0x4C, 0xD5, 0x00, 0x00, 0x00, 0x01};
};

}  // namespace madoguchi::emulator
