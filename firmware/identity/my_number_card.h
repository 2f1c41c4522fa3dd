#pragma once
// A My Number card on a reader: from SELECT to a signature in the fewest APDUs, and the guard of
// its PIN.
//
//   with extended APDUs   SELECT JPKI, SELECT certificate, READ | SELECT PIN, VERIFY (tries) |
//   VERIFY |
//                         SELECT key, SIGN  =  8
//   without               5 READs for a certificate of up to 1,280 bytes = 12; one more for each
//   further 256 bytes
//
// After the resident's last digit only VERIFY, SELECT and SIGN are left. A card or reader that
// refuses the extended READ costs one APDU more, and three more if it answers nothing at all (the
// card may have been reset meanwhile).
//
// The card is known by what it answers to SELECT, never by its ATR. Thread: loop thread, one call
// at a time. One object per card laid on the reader; after Errc::gone it is of no more use.

#include <cstdint>
#include <optional>
#include <variant>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/base/task.h"
#include "firmware/identity/apdu.h"
#include "hal/api/card_reader.h"

namespace madoguchi::identity {

struct PinAccepted {};
struct PinWrong {
  int tries_left = 0;  ///< at least 1
};
/// No try is left; only the municipal window can unlock the PIN.
struct PinLocked {};
/// One try is left and nobody has said yes to using it: nothing was sent.
struct LastTryNotConfirmed {};
/// Error: invalid (not four digits, nothing was sent), refused (an earlier VERIFY has no known
/// answer, nothing was sent), or the answer was lost: gone, timeout, io, protocol. Whether the card
/// counted a lost one nobody knows, so this object never sends a VERIFY again.
using PinOutcome = std::variant<PinAccepted, PinWrong, PinLocked, LastTryNotConfirmed, Error>;

class MyNumberCard {
 public:
  /// The reader is borrowed and must outlive this.
  MyNumberCard(CardReader& reader, const CardInField& in_field);

  /// The user authentication certificate (利用者証明用電子証明書), DER. Needs no PIN. Errors:
  /// unsupported (SELECT of JPKI is refused: not a My Number card), gone (pulled), timeout, io,
  /// protocol.
  Task<Result<Bytes>> read_auth_certificate();

  /// Tries left of the user authentication PIN, 0 when it is locked. Uses none. Errors as above.
  Task<Result<int>> pin_tries_left();

  /// Presents the PIN once; the Secret is used up. Asks for the tries left first if nobody has.
  /// Sends nothing when no try is left, or when one is left and `last_try_confirmed` is false.
  Task<PinOutcome> verify_pin(Secret pin, bool last_try_confirmed);

  /// RSASSA-PKCS1-v1_5 with SHA-256 over the message by the user authentication key, 256 bytes.
  /// Errors: refused (no PIN was accepted), gone, timeout, io, protocol.
  Task<Result<Bytes>> sign(ByteView message);

  /// How many APDUs went to the card so far.
  [[nodiscard]] int apdus() const { return apdus_; }

 private:
  Task<Result<ResponseApdu>> transmit(Secret command);
  /// transmit, and fetches what 61xx announces. Never for VERIFY.
  Task<Result<ResponseApdu>> exchange(Secret command);
  Task<Status> select_jpki();
  Task<Status> select(std::uint16_t file);
  Task<Result<ResponseApdu>> read_part(std::uint16_t file, std::size_t offset,
                                       std::uint32_t wanted);
  Task<Result<Bytes>> read_certificate(std::uint16_t file);
  Task<PinOutcome> present(Secret command);

  CardReader& reader_;
  ApduForm form_;
  int apdus_ = 0;
  bool jpki_selected_ = false;
  std::uint16_t current_file_ = 0;  // 0: none
  std::optional<int> tries_left_;   // nothing: to be asked
  bool verify_lost_ = false;        // a VERIFY went out and its answer is not known
  bool pin_accepted_ =
      false;  // the card itself would not say: an empty VERIFY answers 63C3 even now
};

}  // namespace madoguchi::identity
