#include "tools/gateway/kiosks/kiosk_register.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS enrolment_codes (
  code_hmac BLOB PRIMARY KEY, site TEXT NOT NULL, kiosk TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER NOT NULL,
  used INTEGER NOT NULL, spki_sha256 BLOB NOT NULL, certificate TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kiosk_certificates (
  serial TEXT PRIMARY KEY, kiosk TEXT NOT NULL, site TEXT NOT NULL, spki_sha256 BLOB NOT NULL, issued INTEGER NOT NULL,
  until INTEGER NOT NULL, revoked INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kiosk_certificates_by_kiosk ON kiosk_certificates (kiosk);
CREATE TABLE IF NOT EXISTS kiosks_out (
  kiosk TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
)sql";

constexpr std::int64_t codes_kept_s = 30 * 24 * 3600;
constexpr int most_of_a_site = 9999;

std::int64_t number_of(const Statement& row) { return row.integer(0); }

}  // namespace

Result<KioskRegister> KioskRegister::open(Database database) {
  if (auto made = database.script(tables); !made) return made.error();
  return KioskRegister(std::move(database));
}

Result<std::string> KioskRegister::next_of_site(const std::string& site) {
  for (int number = 1; number <= most_of_a_site; ++number) {
    std::string kiosk = site + "-" + std::to_string(number);
    const auto taken = database_.one(
        "SELECT (SELECT COUNT(*) FROM enrolment_codes WHERE kiosk = ?) + (SELECT COUNT(*) FROM "
        "kiosk_certificates WHERE kiosk = ?) + (SELECT COUNT(*) FROM kiosks_out WHERE kiosk = ?)",
        number_of, kiosk, kiosk, kiosk);
    if (!taken) return taken.error();
    if (taken->value_or(0) == 0) return kiosk;
  }
  return Error{Errc::full, "--site", "has no room for another kiosk"};
}

Result<std::string> KioskRegister::add_code(ByteView code_hmac, const std::string& site,
                                            const std::string& kiosk, std::int64_t now_s,
                                            std::int64_t expires_s) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  auto name = kiosk.empty() ? next_of_site(site) : Result<std::string>(kiosk);
  if (!name) return name;
  const Bytes nothing;
  const auto added =
      database_.run("INSERT INTO enrolment_codes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", code_hmac, site,
                    *name, now_s, expires_s, std::int64_t{0}, nothing, std::string());
  if (!added) return added.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return name;
}

Result<std::optional<EnrolmentCode>> KioskRegister::code(ByteView code_hmac) {
  return database_.one(
      "SELECT site, kiosk, expires, used, spki_sha256, certificate FROM enrolment_codes WHERE "
      "code_hmac = ?",
      [](const Statement& row) {
        return EnrolmentCode{row.text(0),    row.text(1), row.integer(2),
                             row.integer(3), row.blob(4), row.text(5)};
      },
      code_hmac);
}

Result<bool> KioskRegister::use_code(ByteView code_hmac, ByteView spki_sha256,
                                     const std::string& certificate, std::int64_t now_s) {
  const auto done = database_.run(
      "UPDATE enrolment_codes SET used = ?, spki_sha256 = ?, certificate = ? WHERE code_hmac = ? "
      "AND used = 0",
      now_s, spki_sha256, certificate, code_hmac);
  if (!done) return done.error();
  return database_.changed() == 1;
}

Status KioskRegister::add(const KioskEntry& entry) {
  return database_.run("INSERT INTO kiosk_certificates VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                       entry.serial, entry.kiosk, entry.site, entry.spki_sha256, entry.issued_s,
                       entry.until_s, entry.revoked_s, entry.reason);
}

Result<std::vector<KioskEntry>> KioskRegister::entries(const std::string& kiosk) {
  auto statement = database_.prepare(
      "SELECT kiosk, site, serial, spki_sha256, issued, until, revoked, reason FROM "
      "kiosk_certificates WHERE kiosk = ? OR ? = '' ORDER BY kiosk, issued, serial");
  if (!statement) return statement.error();
  statement->bind(kiosk).bind(kiosk);
  std::vector<KioskEntry> out;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({statement->text(0), statement->text(1), statement->text(2), statement->blob(3),
                   statement->integer(4), statement->integer(5), statement->integer(6),
                   statement->text(7)});
  }
}

Result<int> KioskRegister::revoke(const std::string& kiosk, const std::string& reason,
                                  std::int64_t now_s) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  auto done = database_.run(
      "INSERT INTO kiosks_out VALUES (?, ?, ?) ON CONFLICT (kiosk) DO UPDATE SET at = excluded.at, "
      "reason = excluded.reason",
      kiosk, now_s, reason);
  if (!done) return done.error();
  done = database_.run(
      "UPDATE kiosk_certificates SET revoked = ?, reason = ? WHERE kiosk = ? AND revoked = 0",
      now_s, reason, kiosk);
  if (!done) return done.error();
  const int count = database_.changed();
  // A code that is still open would bring it back.
  done = database_.run("UPDATE enrolment_codes SET expires = ? WHERE kiosk = ? AND used = 0", now_s,
                       kiosk);
  if (!done) return done.error();
  if (done = transaction->commit(); !done) return done.error();
  return count;
}

Status KioskRegister::revoke_other_keys(const std::string& kiosk, ByteView spki_sha256,
                                        std::int64_t now_s) {
  return database_.run(
      "UPDATE kiosk_certificates SET revoked = ?, reason = 'superseded' WHERE kiosk = ? AND "
      "revoked "
      "= 0 AND spki_sha256 <> ?",
      now_s, kiosk, spki_sha256);
}

Result<bool> KioskRegister::is_revoked(const std::string& kiosk, const std::string& serial) {
  const auto known =
      database_.one("SELECT revoked FROM kiosk_certificates WHERE serial = ?", number_of, serial);
  if (!known) return known.error();
  if (*known) return **known != 0;
  // Not issued here, such as by tools/pki: good unless its kiosk is out.
  const auto out =
      database_.one("SELECT COUNT(*) FROM kiosks_out WHERE kiosk = ?", number_of, kiosk);
  if (!out) return out.error();
  return out->value_or(0) != 0;
}

Result<bool> KioskRegister::is_out(const std::string& kiosk) {
  const auto out = database_.one(
      "SELECT (SELECT COUNT(*) FROM kiosks_out WHERE kiosk = ?) * 1000000 + (SELECT COUNT(*) FROM "
      "kiosk_certificates WHERE kiosk = ? AND revoked = 0)",
      number_of, kiosk, kiosk);
  if (!out) return out.error();
  return out->value_or(0) == 1'000'000;
}

Status KioskRegister::tidy(std::int64_t now_s) {
  return database_.run("DELETE FROM enrolment_codes WHERE expires < ?", now_s - codes_kept_s);
}

}  // namespace madoguchi::gateway
