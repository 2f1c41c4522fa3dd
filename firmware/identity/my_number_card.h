#pragma once
// A My Number card (JPKI) on a reader: from SELECT to a signature in the fewest APDUs, and the guard of its PIN.
//
//   APDUs with extended responses    SELECT JPKI, SELECT certificate, READ | SELECT PIN, VERIFY (tries) | VERIFY |
//                                    SELECT key, SIGN  =  8
//   without                          5 READs for a certificate of up to 1,280 bytes = 12; one more for each further 256
//
// The card is known by what it answers to SELECT, never by its ATR. The application with the My Number itself is not
// named in this code. Thread: loop thread; one call at a time, in the order of declaration.

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
struct PinLocked {};
/// One try is left and nobody has said yes to using it: nothing was sent.
struct LastTryNotConfirmed {};
/// An Error with Errc::gone: the card was pulled. After any Error this session sends no further VERIFY, because nobody
/// knows whether the try counted.
using PinOutcome = std::variant<PinAccepted, PinWrong, PinLocked, LastTryNotConfirmed, Error>;

class MyNumberCard {
 public:
  MyNumberCard(CardReader& reader, const CardInField& in_field);

  /// The user authentication certificate, DER. Errors: unsupported (no JPKI application: not a My Number card), gone
  /// (pulled), protocol, io, timeout.
  Task<Result<Bytes>> read_auth_certificate();

  /// Tries left of the user authentication PIN, 0 when it is locked; asks the card without using one.
  Task<Result<int>> pin_tries_left();

  /// Presents the PIN, once for each entry: the Secret is consumed. Needs pin_tries_left() before.
  Task<PinOutcome> verify_pin(Secret pin, bool last_try_confirmed);

  /// RSASSA-PKCS1-v1_5 with SHA-256 over the message, by the user authentication key. Needs an accepted PIN.
  Task<Result<Bytes>> sign(ByteView message);

  /// Sent to the card so far.
  [[nodiscard]] int apdus() const { return apdus_; }

 private:
  Task<Result<ResponseApdu>> exchange(Secret command);
  Task<Status> select(std::uint16_t file);
  Task<Status> read_more(Bytes& content, std::size_t length);

  CardReader& reader_;
  ApduForm form_;
  int apdus_ = 0;
  std::uint16_t current_file_ = 0;
  std::optional<int> tries_left_;  // nothing: not asked yet
  bool verify_unclear_ = false;    // a VERIFY went out and its answer is not known
  bool pin_accepted_ = false;      // the card itself answers 63C3 even after a success
};

}  // namespace madoguchi::identity
