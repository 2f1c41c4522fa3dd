#pragma once
// kioskd <-> kiosk-nfc, the process that holds libnfc. One message a packet on a SOCK_SEQPACKET
// pair, CBOR. kioskd numbers its requests; every request has one reply with its number. A request
// that comes while another one waits ends that one: its reply is Failed with "cancelled".

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "firmware/base/secret.h"
#include "firmware/message/codec.h"
#include "hal/api/card_reader.h"

namespace madoguchi {
MADOGUCHI_DESCRIBE(BadgeNumber, kind, number)
}  // namespace madoguchi

namespace madoguchi::nfc {

/// Until a card lies in the field, without limit.
struct WaitForCard {
  static constexpr std::string_view tag = "wait_for_card";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(WaitForCard, number)

/// Until no card lies in the field, also after a Release.
struct WaitForRemoval {
  static constexpr std::string_view tag = "wait_for_removal";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(WaitForRemoval, number)

/// One command APDU; 3 s for its answer. kioskd writes this message by encode_transmit, since it
/// may hold a PIN.
struct Transmit {
  static constexpr std::string_view tag = "transmit";
  std::int64_t number = 0;
  Bytes command;
};
MADOGUCHI_DESCRIBE(Transmit, number, command)

/// Switches the field off: the card forgets what was presented to it.
struct Release {
  static constexpr std::string_view tag = "release";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(Release, number)

using Request = std::variant<WaitForCard, WaitForRemoval, Transmit, Release>;

/// A card is selected.
struct CardFound {
  static constexpr std::string_view tag = "card_found";
  std::int64_t number = 0;
  std::string answer_hex;  ///< to the poll, without what tells cards apart; for diagnosis
  std::optional<BadgeNumber> badge;
};
MADOGUCHI_DESCRIBE(CardFound, number, answer_hex, badge)

/// The answer of Transmit: a response APDU.
struct Answer {
  static constexpr std::string_view tag = "answer";
  std::int64_t number = 0;
  Bytes response;
};
MADOGUCHI_DESCRIBE(Answer, number, response)

/// The answer of WaitForRemoval and Release.
struct Done {
  static constexpr std::string_view tag = "done";
  std::int64_t number = 0;
};
MADOGUCHI_DESCRIBE(Done, number)

enum class Failure { cancelled, timeout, gone, io, protocol };
MADOGUCHI_ENUM(Failure, cancelled, timeout, gone, io, protocol)

struct Failed {
  static constexpr std::string_view tag = "failed";
  std::int64_t number = 0;
  Failure failure = Failure::io;
  std::string what;  ///< libnfc's words; never a byte of an APDU
};
MADOGUCHI_DESCRIBE(Failed, number, failure, what)

using Reply = std::variant<CardFound, Answer, Done, Failed>;

/// The one packet of a Transmit, framing included, in memory that wipes itself. The same bytes that
/// `encode` would leave copies of in ordinary memory. At most largest_command bytes.
Secret encode_transmit(std::int64_t number, const Secret& command);

/// What one InDataExchange of a PN53x can carry.
inline constexpr std::size_t largest_command = 262;

}  // namespace madoguchi::nfc
