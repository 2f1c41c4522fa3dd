#include "tools/gateway/staff/staff_sessions.h"

#include <array>

#include <openssl/hmac.h>

#include "tools/gateway/openssl.h"
#include "tools/gateway/staff/staff_tables.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t token_bytes = 32;
/// The time of the last use is written no more often: every write waits for the disk.
constexpr std::int64_t use_written_every_s = 60;

/// RFC 4648 5 without padding: what a cookie and a header may hold.
std::string to_base64url(ByteView bytes) {
  std::string text = to_base64(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Bytes key_of(const std::string& token) { return sha256(as_bytes(token)); }

}  // namespace

std::string StaffSession::csrf() const {
  constexpr std::string_view purpose = "madoguchi console csrf 1";
  std::array<std::uint8_t, 32> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), token.data(), static_cast<int>(token.size()),
       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), mac.data(), &size);
  return to_base64url(mac);
}

Result<StaffSessions> StaffSessions::open(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return database.error();
  return open(std::move(*database));
}

Result<StaffSessions> StaffSessions::open(Database database) {
  if (auto made = database.script(staff_tables); !made) return made.error();
  return StaffSessions(std::move(database));
}

Result<std::string> StaffSessions::begin(std::int64_t account, std::int64_t now_s) {
  const std::string token = to_base64url(random_bytes(token_bytes));
  const auto added = database_.run("INSERT INTO staff_sessions VALUES (?, ?, ?, ?)", key_of(token),
                                   account, now_s, now_s);
  if (!added) return added.error();
  return token;
}

Result<std::optional<StaffSession>> StaffSessions::peek(const std::string& token,
                                                        std::int64_t now_s) {
  std::string role;
  auto found = database_.one(
      "SELECT account, name, role, began FROM staff_sessions JOIN staff_accounts ON id = account "
      "WHERE token_sha256 = ? AND disabled = 0 AND used > ? AND began > ?",
      [&](const Statement& row) {
        role = row.text(2);
        return StaffSession{.token = token,
                            .account = row.integer(0),
                            .name = row.text(1),
                            .role = StaffRole::volunteer,
                            .ends_at = row.integer(3) + session_longest_s};
      },
      key_of(token), now_s - session_idle_s, now_s - session_longest_s);
  if (!found || !*found) return found;
  const auto known = codec::enum_value<StaffRole>(role);
  if (!known) return Error{Errc::integrity, "database", "an account has an unknown role"};
  (*found)->role = *known;
  return found;
}

Result<std::optional<StaffSession>> StaffSessions::find(const std::string& token,
                                                        std::int64_t now_s) {
  auto found = peek(token, now_s);
  if (!found || !*found) return found;
  const auto used =
      database_.run("UPDATE staff_sessions SET used = ? WHERE token_sha256 = ? AND used <= ?",
                    now_s, key_of(token), now_s - use_written_every_s);
  if (!used) return used.error();
  return found;
}

Status StaffSessions::end(const std::string& token) {
  return database_.run("DELETE FROM staff_sessions WHERE token_sha256 = ?", key_of(token));
}

Status StaffSessions::end_all(const std::string& name) {
  return database_.run(
      "DELETE FROM staff_sessions WHERE account = (SELECT id FROM staff_accounts WHERE name = ?)",
      name);
}

Status StaffSessions::end_others(const StaffSession& session) {
  return database_.run("DELETE FROM staff_sessions WHERE account = ? AND token_sha256 <> ?",
                       session.account, key_of(session.token));
}

Status StaffSessions::tidy(std::int64_t now_s) {
  return database_.run("DELETE FROM staff_sessions WHERE used <= ? OR began <= ?",
                       now_s - session_idle_s, now_s - session_longest_s);
}

std::string session_token_in(std::string_view cookies) {
  while (!cookies.empty()) {
    const auto end = cookies.find(';');
    std::string_view pair = cookies.substr(0, end);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (pair.size() > session_cookie.size() && pair.starts_with(session_cookie) &&
        pair[session_cookie.size()] == '=') {
      return std::string(pair.substr(session_cookie.size() + 1));
    }
    cookies = end == std::string_view::npos ? std::string_view() : cookies.substr(end + 1);
  }
  return {};
}

}  // namespace madoguchi::gateway
