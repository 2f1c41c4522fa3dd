#include "tools/gateway/staff/staff_accounts.h"

#include <algorithm>

#include "tools/gateway/staff/staff_tables.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* put_helper =
    "INSERT INTO staff_badges (account, helper) SELECT id, ? FROM staff_accounts WHERE name = ?";

/// A role that this program does not know is a damaged file, and nobody's.
Result<StaffRole> role_of(const std::string& word) {
  const auto role = codec::enum_value<StaffRole>(word);
  if (!role) return Error{Errc::integrity, "database", "an account has an unknown role"};
  return *role;
}

}  // namespace

bool is_staff_name(const std::string& name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= 32 && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

Result<StaffAccounts> StaffAccounts::open(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return database.error();
  return open(std::move(*database));
}

Result<StaffAccounts> StaffAccounts::open(Database database) {
  if (auto made = database.script(staff_tables); !made) return made.error();
  return StaffAccounts(std::move(database));
}

Status StaffAccounts::add(const StaffAccount& account, std::int64_t now_s) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  auto done = database_.run(
      "INSERT INTO staff_accounts (name, role, password, totp_secret, totp_step, disabled, "
      "created) "
      "VALUES (?, ?, ?, ?, 0, 0, ?)",
      account.name, codec::enum_name(account.role), account.password, account.totp_secret, now_s);
  if (done && !account.helper.empty())
    done = database_.run(put_helper, account.helper, account.name);
  return done ? transaction->commit() : done;
}

Result<std::optional<StaffAccount>> StaffAccounts::find(const std::string& name) {
  std::string role;
  auto found = database_.one(
      "SELECT id, role, password, totp_secret, disabled, "
      "COALESCE((SELECT helper FROM staff_badges WHERE account = staff_accounts.id), '') "
      "FROM staff_accounts WHERE name = ?",
      [&](const Statement& row) {
        role = row.text(1);
        return StaffAccount{.id = row.integer(0),
                            .name = name,
                            .role = StaffRole::volunteer,
                            .password = row.text(2),
                            .totp_secret = row.blob(3),
                            .disabled = row.integer(4) != 0,
                            .helper = row.text(5)};
      },
      name);
  if (!found || !*found) return found;
  const auto known = role_of(role);
  if (!known) return known.error();
  (*found)->role = *known;
  return found;
}

Result<StaffList> StaffAccounts::list() {
  auto select = database_.prepare(
      "SELECT name, role, disabled, last_login, "
      "(SELECT count(*) FROM staff_sessions WHERE account = staff_accounts.id), "
      "COALESCE((SELECT helper FROM staff_badges WHERE account = staff_accounts.id), '') "
      "FROM staff_accounts ORDER BY name");
  if (!select) return select.error();
  StaffList list;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return list;
    const auto role = role_of(select->text(1));
    if (!role) return role.error();
    StaffEntry entry{.name = select->text(0),
                     .role = *role,
                     .disabled = select->integer(2) != 0,
                     .sessions = select->integer(4),
                     .last_login_at = std::nullopt,
                     .badge = std::nullopt};
    if (const std::int64_t at = select->integer(3); at != 0) entry.last_login_at = at;
    if (std::string helper = select->text(5); !helper.empty()) entry.badge = std::move(helper);
    list.staff.push_back(std::move(entry));
  }
}

Result<bool> StaffAccounts::use_code(std::int64_t id, const Bytes& secret, std::int64_t step,
                                     std::int64_t now_s) {
  const auto used = database_.run(
      "UPDATE staff_accounts SET totp_step = ?, last_login = ? "
      "WHERE id = ? AND totp_step < ? AND totp_secret = ?",
      step, now_s, id, step, secret);
  if (!used) return used.error();
  return database_.changed() == 1;
}

Result<std::int64_t> StaffAccounts::last_code(std::int64_t id) {
  const auto step = database_.one(
      "SELECT totp_step FROM staff_accounts WHERE id = ?",
      [](const Statement& row) { return row.integer(0); }, id);
  if (!step) return step.error();
  return step->value_or(0);
}

Status StaffAccounts::set_password(std::int64_t id, const std::string& encoded) {
  return database_.run("UPDATE staff_accounts SET password = ? WHERE id = ?", encoded, id);
}

Result<bool> StaffAccounts::set_totp(const std::string& name, const Bytes& secret) {
  const auto done = database_.run(
      "UPDATE staff_accounts SET totp_secret = ?, totp_step = 0 WHERE name = ?", secret, name);
  if (!done) return done.error();
  return database_.changed() == 1;
}

Result<std::string> StaffAccounts::helper_of(std::int64_t id) {
  const auto helper = database_.one(
      "SELECT helper FROM staff_badges WHERE account = ?",
      [](const Statement& row) { return row.text(0); }, id);
  if (!helper) return helper.error();
  return helper->value_or("");
}

Result<bool> StaffAccounts::set_helper(const std::string& name, const std::string& helper) {
  const auto account = find(name);
  if (!account) return account.error();
  if (!*account) return false;
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  auto done = database_.run("DELETE FROM staff_badges WHERE account = ?", (*account)->id);
  if (done && !helper.empty()) done = database_.run(put_helper, helper, name);
  if (done) done = transaction->commit();
  if (!done) return done.error();
  return true;
}

Result<bool> StaffAccounts::set_disabled(const std::string& name, bool disabled) {
  const auto done = database_.run("UPDATE staff_accounts SET disabled = ? WHERE name = ?",
                                  disabled ? 1 : 0, name);
  if (!done) return done.error();
  return database_.changed() == 1;
}

}  // namespace madoguchi::gateway
