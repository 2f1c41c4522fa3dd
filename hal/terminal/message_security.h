#pragma once
// nexo's local security as Adyen's Terminal API has it: a whole message travels encrypted within
// another one that repeats its MessageHeader.
//
//   {"SaleToPOIRequest": {"MessageHeader": {...}, "NexoBlob": base64, "SecurityTrailer":
//     {"KeyIdentifier": ..., "KeyVersion": ..., "AdyenCryptoVersion": 1, "Nonce": base64,
//      "Hmac": base64}}}
//
// PBKDF2-HMAC-SHA-1 of the passphrase (salt "AdyenNexoV1Salt", 4000 rounds) gives an HMAC key, an
// AES-256 key and an initial vector; each message's vector is that one XOR its 16-byte nonce. The
// HMAC-SHA-256 is over the plain message. Pure but for the random nonce; any thread.

#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"

namespace madoguchi::nexo {

/// What terminal and kiosk share. Never logged.
struct TerminalKey {
  std::string identifier;
  int version = 0;
  Secret passphrase;
};

/// A text file of three lines, `identifier: WORD`, `version: NUMBER`, `passphrase: TEXT`, of which
/// other users may read nothing. Errors: not_found, io, invalid (which line; never its content).
Result<TerminalKey> read_terminal_key(const std::string& path);

class MessageSecurity {
 public:
  explicit MessageSecurity(const TerminalKey& key);

  /// Errors: invalid, when `message` is not as nexo.h's encode() makes it.
  [[nodiscard]] Result<Bytes> protect(ByteView message) const;
  /// The plain message. Errors: protocol (not protected, malformed, of another key or version),
  /// integrity (what was received is not what was sent, whatever is wrong with it: the MAC, the
  /// padding, or a header outside that is not the one inside).
  [[nodiscard]] Result<Bytes> open(ByteView message) const;

 private:
  [[nodiscard]] Bytes initial_vector(ByteView nonce) const;
  [[nodiscard]] ByteView part(std::size_t offset, std::size_t size) const {
    return keys_.reveal().subspan(offset, size);
  }

  std::string identifier_;
  int version_;
  Secret keys_;  ///< HMAC key, AES key, initial vector
};

}  // namespace madoguchi::nexo
