#include "firmware/journal/journal.h"

#include <sqlite3.h>

namespace madoguchi {
namespace {

// Written into the file's header, so that another program's database is not taken for a journal.
constexpr int application_id = 0x4d61646f;  // "Mado"
constexpr int schema_version = 1;

constexpr const char* schema = R"sql(
  CREATE TABLE entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    visit TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_visit ON entries (visit, number);
)sql";

Error failed(sqlite3* database, const char* operation) {
  const int code = sqlite3_errcode(database) & 0xff;
  const Errc errc = code == SQLITE_FULL                               ? Errc::full
                    : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? Errc::integrity
                                                                      : Errc::io;
  return {errc, std::string("journal.") + operation, sqlite3_errmsg(database)};
}

/// A prepared statement that is finalised when it goes.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) : database_(database) {
    sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  [[nodiscard]] bool ready() const { return statement_ != nullptr; }
  void bind(int column, const std::string& text) {
    sqlite3_bind_text(statement_, column, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
  }
  void bind(int column, std::int64_t number) { sqlite3_bind_int64(statement_, column, number); }
  /// SQLITE_ROW, SQLITE_DONE or an error.
  int next() { return sqlite3_step(statement_); }
  std::string text(int column) {
    const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return start == nullptr ? std::string()
                            : std::string(start, sqlite3_column_bytes(statement_, column));
  }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

Result<std::int64_t> pragma_value(sqlite3* database, const char* sql) {
  Statement statement(database, sql);
  if (!statement.ready() || statement.next() != SQLITE_ROW) return failed(database, "open");
  return statement.number(0);
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, Timers& timers) {
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Journal> journal(new Journal(database, timers));
  if (code != SQLITE_OK)
    return Error{Errc::io, "journal.open", path + ": " + sqlite3_errmsg(database)};
  for (const char* sql :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA trusted_schema = OFF"}) {
    if (Status done = journal->execute(sql); !done) return done.error();
  }
  const auto id = pragma_value(database, "PRAGMA application_id");
  if (!id) return id.error();
  const auto version = pragma_value(database, "PRAGMA user_version");
  if (!version) return version.error();
  if (*id == application_id && *version == schema_version) return journal;
  if (*id != 0 || *version != 0) {
    return Error{Errc::integrity, "journal.open",
                 path + " is not a journal of this version: move it away, keep it"};
  }
  const std::string create =
      std::string("BEGIN;") + schema + "PRAGMA application_id = " + std::to_string(application_id) +
      "; PRAGMA user_version = " + std::to_string(schema_version) + "; COMMIT;";
  if (Status done = journal->execute(create.c_str()); !done) return done.error();
  return journal;
}

Journal::~Journal() { sqlite3_close(database_); }

Status Journal::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed(database_, "execute");
  return {};
}

Status Journal::limit_pages(std::int64_t pages) {
  return execute(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
}

Status Journal::append(const std::string& visit, const std::string& kind,
                       const std::string& body_json) {
  Statement insert(database_, "INSERT INTO entries (visit, at_ms, kind, body) VALUES (?, ?, ?, ?)");
  if (!insert.ready()) return failed(database_, "append");
  const auto at =
      std::chrono::duration_cast<std::chrono::milliseconds>(timers_.wall().time_since_epoch());
  insert.bind(1, visit);
  insert.bind(2, at.count());
  insert.bind(3, kind);
  insert.bind(4, body_json);
  if (insert.next() != SQLITE_DONE) return failed(database_, "append");
  return {};
}

Result<std::vector<std::string>> Journal::select_visits(const char* sql) {
  Statement select(database_, sql);
  if (!select.ready()) return failed(database_, "visits");
  std::vector<std::string> visits;
  int code = SQLITE_OK;
  while ((code = select.next()) == SQLITE_ROW) visits.push_back(select.text(0));
  if (code != SQLITE_DONE) return failed(database_, "visits");
  return visits;
}

Result<std::vector<std::string>> Journal::visits() {
  return select_visits("SELECT visit FROM entries GROUP BY visit ORDER BY MIN(number)");
}

Result<std::vector<std::string>> Journal::open_visits() {
  return select_visits(
      "SELECT visit FROM entries GROUP BY visit HAVING SUM(kind = 'ended') = 0 ORDER BY "
      "MIN(number)");
}

Result<std::vector<JournalEntry>> Journal::entries(const std::string& visit) {
  Statement select(database_,
                   "SELECT number, visit, kind, body FROM entries WHERE visit = ? ORDER BY number");
  if (!select.ready()) return failed(database_, "entries");
  select.bind(1, visit);
  std::vector<JournalEntry> entries;
  int code = SQLITE_OK;
  while ((code = select.next()) == SQLITE_ROW) {
    entries.push_back({select.number(0), select.text(1), select.text(2), select.text(3)});
  }
  if (code != SQLITE_DONE) return failed(database_, "entries");
  return entries;
}

}  // namespace madoguchi
