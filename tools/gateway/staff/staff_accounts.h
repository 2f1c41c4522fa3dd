#pragma once
// The console's accounts, in the gateway's database. Loop thread only. Errors: as
// database.h says.

#include <cstdint>
#include <optional>
#include <string>

#include "tools/gateway/database/database.h"
#include "tools/gateway/staff/console_api.h"

namespace madoguchi::gateway {

struct StaffAccount {
  std::int64_t id = 0;
  std::string name;
  StaffRole role = StaffRole::volunteer;
  std::string password;  ///< encoded hash, see password.h
  Bytes totp_secret;
  bool disabled = false;
  std::string helper;  ///< the number on the account's badge; empty: none
};

/// 1 to 32 of a-z, 0-9, dot and dash, beginning with a letter: it stands in paths and in logs.
bool is_staff_name(const std::string& name);

class StaffAccounts {
 public:
  static Result<StaffAccounts> open(const std::string& database);
  /// The same, on a connection that is there.
  static Result<StaffAccounts> open(Database database);

  /// See Database.
  [[nodiscard]] bool reachable() const { return database_.reachable(); }
  /// Errc::busy when the name is taken, or the badge is another account's. `account.id` and
  /// `disabled` do not count.
  Status add(const StaffAccount& account, std::int64_t now_s);
  Result<std::optional<StaffAccount>> find(const std::string& name);
  Result<StaffList> list();

  /// Every code up to this step of the account is used; false when that one was already, by
  /// whichever gateway on this database, or the secret is another one by now.
  Result<bool> use_code(std::int64_t id, const Bytes& secret, std::int64_t step,
                        std::int64_t now_s);
  Result<std::int64_t> last_code(std::int64_t id);
  Status set_password(std::int64_t id, const std::string& encoded);
  /// A new second factor. False when there is no such account.
  Result<bool> set_totp(const std::string& name, const Bytes& secret);
  /// The number on the account's badge; empty: none.
  Result<std::string> helper_of(std::int64_t id);
  /// Empty: none from now on. False when there is no such account, Errc::busy when the badge is
  /// another one's.
  Result<bool> set_helper(const std::string& name, const std::string& helper);
  /// False when there is no such account.
  Result<bool> set_disabled(const std::string& name, bool disabled);

 private:
  explicit StaffAccounts(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace madoguchi::gateway
