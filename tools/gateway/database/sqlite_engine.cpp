// SQLite in a file. One gateway at a time writes; another process may read.

#include <sqlite3.h>

#include "tools/gateway/database/engine.h"

namespace madoguchi::gateway {
namespace {

constexpr int patience_ms = 5000;  // for another process that has the file, such as a backup

Error sqlite_error(sqlite3* database, int code) {
  const int kind = code & 0xff;
  const Errc errc = kind == SQLITE_CONSTRAINT                      ? Errc::busy
                    : kind == SQLITE_BUSY || kind == SQLITE_LOCKED ? Errc::timeout
                                                                   : Errc::io;
  // SQLite's message names tables and columns, never values.
  return Error{errc, "database", sqlite3_errmsg(database)};
}

class SqliteCursor : public Cursor {
 public:
  explicit SqliteCursor(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(std::int64_t value) override {
    note(sqlite3_bind_int64(statement_.get(), ++bound_, value));
  }

  void bind(std::string_view text) override {
    note(sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8));
  }

  void bind(ByteView blob) override {
    // A null pointer would bind NULL, not an empty blob.
    const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
    note(sqlite3_bind_blob64(statement_.get(), ++bound_, data, blob.size(), SQLITE_TRANSIENT));
  }

  Result<bool> step() override {
    if (refused_ != SQLITE_OK) return sqlite_error(sqlite3_db_handle(statement_.get()), refused_);
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return sqlite_error(sqlite3_db_handle(statement_.get()), code);
  }

  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_.get(), column);
  }

  std::string text(int column) const override {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

  Bytes blob(int column) const override {
    const auto* data =
        static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    if (data == nullptr) return {};
    return {data, data + sqlite3_column_bytes(statement_.get(), column)};
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  /// A value that could not be bound would be NULL.
  void note(int code) {
    if (refused_ == SQLITE_OK) refused_ = code;
  }

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
  int refused_ = SQLITE_OK;  // the first failure of a bind
};

class SqliteEngine : public Engine {
 public:
  explicit SqliteEngine(sqlite3* database) : database_(database) {}

  Result<std::unique_ptr<Cursor>> prepare(const char* sql) override {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr);
    if (code != SQLITE_OK) return sqlite_error(database_.get(), code);
    return std::unique_ptr<Cursor>(std::make_unique<SqliteCursor>(statement));
  }

  int changed() const override { return sqlite3_changes(database_.get()); }

  // Whoever writes is alone from here on.
  Status begin(Patience) override { return script("BEGIN IMMEDIATE"); }
  Status commit() override { return script("COMMIT"); }
  void rollback() override {
    if (sqlite3_get_autocommit(database_.get()) == 0) (void)script("ROLLBACK");
  }

  Status script(const char* sql) override {
    const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sqlite_error(database_.get(), code);
    return {};
  }

  Result<std::int64_t> schema_version() override {
    auto cursor = prepare("PRAGMA user_version");
    if (!cursor) return cursor.error();
    const auto row = (*cursor)->step();
    if (!row) return row.error();
    return (*cursor)->integer(0);
  }

  Status set_schema_version(std::int64_t version) override {
    return script(("PRAGMA user_version = " + std::to_string(version)).c_str());
  }

  // The log still holds the old pages: fold it in.
  Status scrub() override { return script("PRAGMA wal_checkpoint(TRUNCATE)"); }
  bool reachable() const override { return true; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace

Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  auto engine = std::make_unique<SqliteEngine>(opened);
  if (code != SQLITE_OK)
    return Error{Errc::io, path, opened == nullptr ? "no memory" : sqlite3_errmsg(opened)};
  sqlite3_busy_timeout(opened, patience_ms);
  // FULL: what was answered must survive a power cut. secure_delete: what was deleted is
  // overwritten.
  auto set = engine->script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA "
      "foreign_keys = ON;");
  if (!set) return Error{set.error().code, path, set.error().what};
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace madoguchi::gateway
