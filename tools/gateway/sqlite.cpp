#include "tools/gateway/sqlite.h"

#include <sqlite3.h>

namespace madoguchi::gateway {
namespace {

constexpr int patience_ms = 5000;  // for another process that reads the file, such as a backup

Error sqlite_error(sqlite3* database, int code) {
  const bool constraint = (code & 0xff) == SQLITE_CONSTRAINT;
  // SQLite's message names tables and columns, never values.
  return Error{constraint ? Errc::busy : Errc::io, "database", sqlite3_errmsg(database)};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(ByteView blob) {
  // A null pointer would bind NULL, not an empty blob.
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  sqlite3_bind_blob64(statement_.get(), ++bound_, data, blob.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(sqlite3_db_handle(statement_.get()), code);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Bytes Statement::blob(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, data + sqlite3_column_bytes(statement_.get(), column)};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) {
    return Error{Errc::io, path, opened == nullptr ? "no memory" : sqlite3_errmsg(opened)};
  }
  sqlite3_busy_timeout(opened, patience_ms);
  // FULL: what was answered must survive a power cut. secure_delete: what was deleted is
  // overwritten.
  auto set = database.script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA "
      "foreign_keys = ON;");
  if (!set) return Error{set.error().code, path, set.error().what};
  return database;
}

Status Database::script(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(database_.get(), code);
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_error(database_.get(), code);
  return Statement(statement);
}

int Database::changed() const { return sqlite3_changes(database_.get()); }

Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.script("BEGIN IMMEDIATE"); !begun) return begun.error();
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->script("ROLLBACK");
}

Status Transaction::commit() {
  auto committed = database_->script("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace madoguchi::gateway
