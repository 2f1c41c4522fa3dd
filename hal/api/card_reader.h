#pragma once
// A reader for contact-less smart cards (ISO 14443-4, APDUs of ISO 7816-4). Implemented by hal/pcsc
// and hal/nfc.
//
// Thread: every function is called and resumes on the loop thread; one call at a time. Cancelling
// an await is allowed at any time and leaves the reader usable.

#include <optional>
#include <string>
#include <utility>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/base/task.h"

namespace madoguchi {

/// What a volunteer's badge says of itself: a number that anybody with a reader can copy.
struct BadgeNumber {
  std::string kind;  ///< "felica" (IDm), "iso14443a" (UID)
  Bytes number;
  bool operator==(const BadgeNumber&) const = default;
};

/// The badge that a card without APDUs is by its number; nothing for one that makes up another
/// number each time: a type A UID of four bytes beginning with 08 (ISO 14443-3, 6.5.4), an NFCID2
/// beginning with 01FE (ISO 18092, NFC-DEP).
inline std::optional<BadgeNumber> badge_of(std::string kind, ByteView number) {
  const bool felica = kind == "felica";
  const bool whole =
      felica ? number.size() == 8 : number.size() == 4 || number.size() == 7 || number.size() == 10;
  if (!whole) return std::nullopt;
  const bool random =
      felica ? number[0] == 0x01 && number[1] == 0xFE : number.size() == 4 && number[0] == 0x08;
  if (random) return std::nullopt;
  return BadgeNumber{std::move(kind), to_bytes(number)};
}

/// What is known of a card in the field before any APDU.
struct CardInField {
  std::string atr_hex;  ///< for diagnosis only; never identify a card by it
  bool extended_apdus =
      true;  ///< false when reader or transport cannot carry responses of more than 256 bytes
  /// Set for a card that speaks no APDUs: no My Number card, perhaps a badge.
  std::optional<BadgeNumber> badge{};
};

/// A response APDU: data and status word (such as 0x9000).
struct ResponseApdu {
  Bytes data;
  std::uint16_t status = 0;
};

/// Takes the bytes of a response APDU apart. Errors: protocol, when there is no status word.
inline Result<ResponseApdu> parse_response(ByteView bytes) {
  if (bytes.size() < 2) return Error{Errc::protocol, "card.response", "no status word"};
  const std::size_t data = bytes.size() - 2;
  const auto status = static_cast<std::uint16_t>(bytes[data] << 8 | bytes[data + 1]);
  return ResponseApdu{to_bytes(bytes.first(data)), status};
}

class CardReader {
 public:
  virtual ~CardReader() = default;

  /// Waits until a card lies on the reader, without limit, and powers it.
  /// Errors: gone (reader unplugged, service dead; a Fault is the caller's to raise), io (card
  /// there but mute).
  virtual Task<Result<CardInField>> wait_for_card() = 0;

  /// Sends one command APDU. The command is a Secret because it may hold a PIN; it is wiped after
  /// use. Errors: gone (the card was pulled, also in the middle), timeout (3 s without an answer),
  /// io, protocol.
  virtual Task<Result<ResponseApdu>> transmit(Secret command) = 0;

  /// Waits until no card lies on the reader, without limit. Ends at once when there is none.
  virtual Task<Result<void>> wait_for_removal() = 0;

  /// Powers the card down, so that its security state (a verified PIN) is gone. Harmless without a
  /// card.
  virtual Task<void> release() = 0;
};

}  // namespace madoguchi
