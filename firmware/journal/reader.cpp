#include "firmware/journal/reader.h"

#include <filesystem>

#include "firmware/journal/sqlite.h"

namespace madoguchi::journal {
namespace {

using sqlite::failed;
using sqlite::Statement;

/// SQLite's name for the file: a URI, because only that can say "immutable".
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      const auto byte = static_cast<std::uint8_t>(c);
      uri += "%" + to_hex({&byte, 1});
    } else {
      uri += c;
    }
  }
  // Without a log nobody has the file open, and SQLite need not put files of its own beside it.
  return uri + (std::filesystem::exists(path + "-wal") ? "?mode=ro" : "?mode=ro&immutable=1");
}

std::string schema_of(sqlite3* database) {
  Statement select(database,
                   "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
  std::string all;
  for (auto row = select.next("schema"); row && *row; row = select.next("schema")) {
    for (int column = 0; column < 4; ++column) all += select.text(column) + "\n";
  }
  return all;
}

/// What the schema of a journal reads like.
std::string right_schema() {
  sqlite3* database = nullptr;
  std::string all;
  if (sqlite3_open(":memory:", &database) == SQLITE_OK &&
      sqlite3_exec(database, sqlite::schema, nullptr, nullptr, nullptr) == SQLITE_OK)
    all = schema_of(database);
  sqlite3_close(database);
  return all;
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path) {
  if (!std::filesystem::exists(path))
    return Error{Errc::not_found, "journal.open", path + " does not exist"};
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(uri_of(path).c_str(), &database,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  std::unique_ptr<Reader> reader(new Reader(database));
  if (code != SQLITE_OK) return failed(database, "open");
  sqlite3_busy_timeout(database, 2000);
  // A damaged file must not make SQLite run anything, and one snapshot serves all that is read.
  if (sqlite3_exec(database, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; BEGIN",
                   nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed(database, "open");
  const auto id = sqlite::pragma_value(database, "PRAGMA application_id");
  if (!id) return id.error();
  const auto version = sqlite::pragma_value(database, "PRAGMA user_version");
  if (!version) return version.error();
  if (*id != sqlite::application_id || *version != sqlite::schema_version)
    return Error{Errc::integrity, "journal.open", path + " is not a journal of this version"};
  return reader;
}

Reader::~Reader() { sqlite3_close(database_); }

Status Reader::each(const std::function<bool(const StoredEntry&)>& see) {
  Statement select(
      database_,
      "SELECT number, visit, at_ms, kind, content, salt, body, hash FROM entries ORDER "
      "BY number");
  for (;;) {
    const auto row = select.next("read");
    if (!row) return row.error();
    if (!*row) return {};
    StoredEntry entry{select.number(0), select.text(1), select.number(2), select.text(3),
                      select.blob(4),   std::nullopt,   std::nullopt,     select.blob(7)};
    if (!select.is_null(5)) entry.salt = select.blob(5);
    if (!select.is_null(6)) entry.body = select.text(6);
    if (!see(entry)) return {};
  }
}

Status Reader::check_structure() {
  static const std::string right = right_schema();
  if (schema_of(database_) != right)
    return Error{Errc::integrity, "journal.schema",
                 "the file has tables, indices or triggers that a journal does not have"};
  Statement check(database_, "PRAGMA integrity_check(1)");
  const auto row = check.next("check");
  if (!row) return row.error();
  const std::string said = *row ? check.text(0) : "nothing was said";
  if (said != "ok") return Error{Errc::integrity, "journal.check", said};
  return {};
}

}  // namespace madoguchi::journal
