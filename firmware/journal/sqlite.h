#pragma once
// SQLite as the journal's own files use it: a statement with an owner, errors, and the schema. For
// .cpp files of this folder.

#include <cstdint>
#include <string>

#include <sqlite3.h>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::sqlite {

// Written into the file's header, so that another program's database is not taken for a journal.
inline constexpr int application_id = 0x4d61646f;  // "Mado"
inline constexpr int schema_version = 2;           // 1 had no chain

// Salt and body go together when they are erased. Entries that are nobody's visit have an empty
// one.
inline constexpr const char* schema = R"sql(
  CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    visit TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content BLOB NOT NULL,
    salt BLOB,
    body TEXT,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_visit ON entries (visit, number);
  CREATE INDEX entries_of_audit ON entries (kind, number) WHERE visit = '';
)sql";

/// full, integrity or io, with SQLite's words.
Error failed(sqlite3* database, const char* operation);

/// A prepared statement that is finalised when it goes.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) : database_(database) {
    sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int column, const std::string& text) {
    note(sqlite3_bind_text64(statement_, column, text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8));
  }
  void bind(int column, const Bytes& blob) {
    note(sqlite3_bind_blob64(statement_, column, blob.data(), blob.size(), SQLITE_TRANSIENT));
  }
  void bind(int column, std::int64_t number) {
    note(sqlite3_bind_int64(statement_, column, number));
  }

  /// True with a row, false at the end. A value that could not be bound is an error: it would be
  /// NULL.
  Result<bool> next(const char* operation) {
    if (statement_ != nullptr && bound_ != SQLITE_OK)
      return Error{Errc::io, std::string("journal.") + operation, sqlite3_errstr(bound_)};
    const int code = statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failed(database_, operation);
  }
  /// For a statement that gives no rows.
  Status run(const char* operation) {
    const auto row = next(operation);
    return row ? Status() : Status(row.error());
  }

  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::string text(int column) const { return as_text(bytes(column)); }
  [[nodiscard]] Bytes blob(int column) const { return to_bytes(bytes(column)); }

 private:
  void note(int code) {
    if (bound_ == SQLITE_OK) bound_ = code;
  }
  /// The bytes as they are stored, whatever their type says.
  [[nodiscard]] ByteView bytes(int column) const {
    const auto* start = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    if (start == nullptr) return {};
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = SQLITE_OK;  // the first failure
};

Result<std::int64_t> pragma_value(sqlite3* database, const char* sql);

}  // namespace madoguchi::sqlite
