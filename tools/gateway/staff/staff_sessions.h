#pragma once
// Who is logged in to the console. A session is a random token in a cookie; the database holds its
// hash only, so that a copy of the database opens nothing. Loop thread only.
// Errors: as database.h says.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/gateway/database/database.h"
#include "tools/gateway/staff/console_api.h"

namespace madoguchi::gateway {

inline constexpr std::int64_t session_idle_s = 30 * 60;
inline constexpr std::int64_t session_longest_s = 10 * 3600;
/// "__Host-": browsers take it only with Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2).
inline constexpr std::string_view session_cookie = "__Host-console";

struct StaffSession {
  std::string token;  ///< as in the cookie
  std::int64_t account = 0;
  std::string name;
  StaffRole role = StaffRole::volunteer;
  std::int64_t ends_at = 0;  ///< seconds since 1970, whatever is done

  /// The token of the header X-CSRF-Token; made from the session's token, which no script sees.
  [[nodiscard]] std::string csrf() const;
};

class StaffSessions {
 public:
  static Result<StaffSessions> open(const std::string& database);
  /// The same, on a connection that is there.
  static Result<StaffSessions> open(Database database);

  /// A new session of the account; gives its token.
  Result<std::string> begin(std::int64_t account, std::int64_t now_s);
  /// The living session of a token; its idle time begins anew. Nothing when it is over, was ended,
  /// or its account is disabled.
  Result<std::optional<StaffSession>> find(const std::string& token, std::int64_t now_s);
  /// The same, but its idle time goes on: for a connection that stays open by itself.
  Result<std::optional<StaffSession>> peek(const std::string& token, std::int64_t now_s);
  Status end(const std::string& token);
  Status end_all(const std::string& name);
  /// All of the session's account but this one.
  Status end_others(const StaffSession& session);
  /// Removes what is over. To be called now and then.
  Status tidy(std::int64_t now_s);

 private:
  explicit StaffSessions(Database database) : database_(std::move(database)) {}
  Database database_;
};

/// The token in a Cookie header; empty when there is none.
std::string session_token_in(std::string_view cookies);

}  // namespace madoguchi::gateway
