#pragma once
// Which kiosks there are: the one-time codes that make one, the certificates that were issued, who
// is revoked. Several gateways may share it. Loop thread only. Errors: as database.h says.
//
// Codes are kept as HMACs under a key that is not in the database; who reads it finds none.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/gateway/database/database.h"
#include "tools/gateway/kiosks/kiosk_authority.h"

namespace madoguchi::gateway {

/// A code as it is kept.
struct EnrolmentCode {
  std::string site;
  std::string kiosk;  ///< whom it makes
  std::int64_t expires_s = 0;
  std::int64_t used_s = 0;  ///< 0: not yet
  Bytes spki_sha256;        ///< of the key that used it
  std::string certificate;  ///< PEM, what it was given
};

/// One certificate of a kiosk.
struct KioskEntry {
  std::string kiosk;
  std::string site;
  std::string serial;
  Bytes spki_sha256;
  std::int64_t issued_s = 0;
  std::int64_t until_s = 0;
  std::int64_t revoked_s = 0;  ///< 0: good
  std::string reason;
};

class KioskRegister {
 public:
  static Result<KioskRegister> open(Database database);

  /// A new code for this kiosk, or the next free one of the site when `kiosk` is empty. Gives the
  /// kiosk. Errc::busy when that very code exists already.
  Result<std::string> add_code(ByteView code_hmac, const std::string& site,
                               const std::string& kiosk, std::int64_t now_s,
                               std::int64_t expires_s);
  Result<std::optional<EnrolmentCode>> code(ByteView code_hmac);
  /// False when another one was faster.
  Result<bool> use_code(ByteView code_hmac, ByteView spki_sha256, const std::string& certificate,
                        std::int64_t now_s);

  Status add(const KioskEntry& entry);
  /// All certificates, by kiosk, the newest last; of all kiosks when `kiosk` is empty.
  Result<std::vector<KioskEntry>> entries(const std::string& kiosk = {});
  /// Every certificate of the kiosk that was issued so far, those that no table knows included.
  /// Gives how many of those in the table were good until now.
  Result<int> revoke(const std::string& kiosk, const std::string& reason, std::int64_t now_s);
  /// Those of the kiosk that are for another key: it has a new one now.
  Status revoke_other_keys(const std::string& kiosk, ByteView spki_sha256, std::int64_t now_s);

  /// Whether this certificate is no longer good. An error of the database counts as: not known,
  /// see the README.
  Result<bool> is_revoked(const std::string& kiosk, const std::string& serial);
  /// Whether no certificate of this kiosk is good.
  Result<bool> is_out(const std::string& kiosk);

  Database& database() { return database_; }
  /// Codes that ended a month ago.
  Status tidy(std::int64_t now_s);

 private:
  explicit KioskRegister(Database database) : database_(std::move(database)) {}
  Result<std::string> next_of_site(const std::string& site);

  Database database_;
};

}  // namespace madoguchi::gateway
