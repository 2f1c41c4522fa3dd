#pragma once
// nexo's local security at the terminal's end, by OpenSSL: nothing of it is the kiosk's code.
//
// Thread: the loop's.

#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "tools/emulators/terminal/ledger.h"

namespace madoguchi::emulator {

/// How a protected reply is spoiled when a test asks for it.
enum class Spoil {
  none,
  wrong_mac,      ///< a bit of the HMAC is changed
  wrong_key,      ///< made with another passphrase under the right name
  wrong_version,  ///< KeyVersion is one more
  replayed_blob,  ///< an earlier payment's blob and trailer under the new MessageHeader
  truncated,      ///< the blob's last block is missing
  unprotected,    ///< the plain message
};

class Security {
 public:
  /// `path`: lines "identifier: WORD", "version: NUMBER", "passphrase: TEXT". Errors: io, invalid.
  static Result<Security> open(const std::string& path);

  /// The plain message. Throws std::exception with what is wrong.
  [[nodiscard]] std::string unwrap(const std::string& text) const;
  /// The protected message. Remembers payments' blobs for `replayed_blob`.
  std::string wrap(const std::string& text, Spoil spoil);

 private:
  struct Keys {
    std::string hmac, cipher, vector;
  };
  static Keys derive(const std::string& passphrase);
  static std::string crypt(const Keys& keys, const std::string& nonce, const std::string& text,
                           bool encrypt);

  std::string identifier_;
  int version_ = 0;
  std::string passphrase_;
  Keys keys_;
  Json last_payment_;  // NexoBlob and SecurityTrailer
};

}  // namespace madoguchi::emulator
