#pragma once
// The tables of staff_accounts.cpp and staff_sessions.cpp, made when they are not there.

namespace madoguchi::gateway {

inline constexpr const char* staff_tables = R"sql(
CREATE TABLE IF NOT EXISTS staff_accounts (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password TEXT NOT NULL,
  totp_secret BLOB NOT NULL, totp_step INTEGER NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL,
  last_login INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS staff_sessions (
  token_sha256 BLOB PRIMARY KEY, account INTEGER NOT NULL REFERENCES staff_accounts (id), began INTEGER NOT NULL,
  used INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staff_badges (
  account BIGINT NOT NULL PRIMARY KEY, helper TEXT NOT NULL UNIQUE);
CREATE INDEX IF NOT EXISTS staff_sessions_by_account ON staff_sessions (account);
)sql";

}  // namespace madoguchi::gateway
