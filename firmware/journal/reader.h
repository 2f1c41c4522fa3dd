#pragma once
// Reads a journal without changing it or anything beside it: a copy, or the live file while the
// kiosk writes. One thread; blocks.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

struct sqlite3;

namespace madoguchi::journal {

/// One row as it is stored, believed in nothing.
struct StoredEntry {
  std::int64_t number = 0;
  std::string visit;
  std::int64_t at_ms = 0;
  std::string kind;
  Bytes content;
  std::optional<Bytes> salt;
  std::optional<std::string> body;
  Bytes hash;
};

class Reader {
 public:
  /// Errors: not_found, io, integrity (not a journal of this version, or damaged).
  static Result<std::unique_ptr<Reader>> open(const std::string& path);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Every entry by its number, until `see` returns false. All calls see the journal as it was at
  /// the first. Errors: io, integrity.
  Status each(const std::function<bool(const StoredEntry&)>& see);
  /// Whether the file around the entries is whole: SQLite's own check, and no table, index or
  /// trigger that a journal does not have. Errors: io, integrity.
  Status check_structure();

 private:
  explicit Reader(sqlite3* database) : database_(database) {}
  sqlite3* database_;
};

}  // namespace madoguchi::journal
