#include "firmware/journal/journal.h"

#include <algorithm>

#include "firmware/base/log.h"
#include "firmware/journal/chain.h"
#include "firmware/journal/records.h"
#include "firmware/journal/sqlite.h"

namespace madoguchi {

using sqlite::failed;
using sqlite::Statement;
namespace entry = journal::entry;

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, Timers& timers,
                                               JournalOptions options) {
  std::unique_ptr<Journal> journal(new Journal(path, timers, std::move(options)));
  Status connected = journal->connect(path);
  // A kiosk whose storage is full must still be able to say what became of an open visit.
  if (!connected && connected.error().code == Errc::full && journal->reserve_.give_up())
    connected = journal->connect(path);
  if (!connected) return connected.error();
  return journal;
}

Journal::~Journal() { sqlite3_close(database_); }

Status Journal::connect(const std::string& path) {
  sqlite3_close(database_);
  const int code = sqlite3_open_v2(path.c_str(), &database_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (code != SQLITE_OK)
    return Error{Errc::io, "journal.open", path + ": " + sqlite3_errmsg(database_)};
  // SQLite opens a file that must not be written for reading only, and for good.
  if (sqlite3_db_readonly(database_, "main") != 0)
    return Error{Errc::io, "journal.open", path + ": is read-only"};
  // secure_delete: what is erased is overwritten.
  for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                          "PRAGMA secure_delete = ON", "PRAGMA trusted_schema = OFF"}) {
    if (Status done = execute(sql); !done) return done;
  }
  if (Status made = prepare_file(path); !made) return made;
  return load_open_visits();
}

Status Journal::prepare_file(const std::string& path) {
  const auto id = sqlite::pragma_value(database_, "PRAGMA application_id");
  if (!id) return id.error();
  const auto version = sqlite::pragma_value(database_, "PRAGMA user_version");
  if (!version) return version.error();
  if (*id == sqlite::application_id && *version == sqlite::schema_version) return {};
  if (*id != 0 || *version != 0) {
    return Error{Errc::integrity, "journal.open",
                 path + " is not a journal of this version: move it away, keep it"};
  }
  const std::string create = std::string("BEGIN;") + sqlite::schema +
                             "PRAGMA application_id = " + std::to_string(sqlite::application_id) +
                             "; PRAGMA user_version = " + std::to_string(sqlite::schema_version) +
                             "; COMMIT;";
  return execute(create.c_str());
}

Status Journal::load_open_visits() {
  auto open = select_visits(
      "SELECT visit FROM entries WHERE visit <> '' GROUP BY visit HAVING SUM(kind = 'ended') = 0 "
      "ORDER BY MIN(number)");
  if (!open) return open.error();
  open_ = std::move(*open);
  return {};
}

Status Journal::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failed(database_, "execute");
  return {};
}

Status Journal::limit_pages(std::int64_t pages) {
  return execute(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
}

std::int64_t Journal::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(timers_.wall().time_since_epoch())
      .count();
}

Status Journal::append(const std::string& visit, const std::string& kind,
                       const std::string& body_json) {
  Status written = insert(visit, kind, body_json);
  in_doubt_ = in_doubt_ || !written;
  if (!written && written.error().code == Errc::full && reserve_.give_up()) {
    log_event(Event::journal_reserve_used, {{"error", written.error().text()}});
    written = insert(visit, kind, body_json);
  }
  if (written) note_open(visit, kind);
  return written;
}

Status Journal::append_if_room(const std::string& visit, const std::string& kind,
                               const std::string& body_json) {
  const Status written = insert(visit, kind, body_json);
  in_doubt_ = in_doubt_ || !written;
  if (written) note_open(visit, kind);
  return written;
}

void Journal::note_open(const std::string& visit, const std::string& kind) {
  if (visit.empty()) return;
  const auto open = std::find(open_.begin(), open_.end(), visit);
  if (kind == entry::ended) {
    if (open != open_.end()) open_.erase(open);
  } else if (open == open_.end() && kind == entry::began) {
    open_.push_back(visit);
  }
}

Status Journal::insert(const std::string& visit, const std::string& kind, const std::string& body) {
  Statement head(database_, "SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1");
  const auto any = head.next("append");
  if (!any) return any.error();
  const Bytes salt = random_bytes(chain::salt_size);
  const chain::Link link{*any ? head.number(0) + 1 : 1, visit, now_ms(), kind,
                         chain::content_hash(salt, body)};
  const Bytes hash = chain::entry_hash(*any ? head.blob(1) : chain::genesis(), link);
  Statement insert(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, link.number);
  insert.bind(2, link.visit);
  insert.bind(3, link.at_ms);
  insert.bind(4, link.kind);
  insert.bind(5, link.content);
  insert.bind(6, salt);
  insert.bind(7, body);
  insert.bind(8, hash);
  return insert.run("append");
}

Status Journal::ready() {
  // Setting a header field to what it is writes its page all the same, and waits until it is
  // durable.
  static const std::string prove =
      "PRAGMA user_version = " + std::to_string(sqlite::schema_version);
  Status proved = execute(prove.c_str());
  if (proved) proved = reserve_.establish();
  in_doubt_ = !proved;
  return proved;
}

Result<std::vector<std::string>> Journal::select_visits(const char* sql,
                                                        std::optional<std::int64_t> bound) {
  Statement select(database_, sql);
  if (bound) select.bind(1, *bound);
  std::vector<std::string> visits;
  for (;;) {
    const auto row = select.next("visits");
    if (!row) return row.error();
    if (!*row) return visits;
    visits.push_back(select.text(0));
  }
}

Result<std::vector<std::string>> Journal::visits() {
  return select_visits(
      "SELECT visit FROM entries WHERE visit <> '' GROUP BY visit ORDER BY MIN(number)");
}

Result<std::vector<std::string>> Journal::open_visits() { return open_; }

Result<std::vector<JournalEntry>> Journal::entries(const std::string& visit) {
  Statement select(database_,
                   "SELECT number, visit, kind, body FROM entries WHERE visit = ? ORDER BY number");
  select.bind(1, visit);
  std::vector<JournalEntry> entries;
  for (;;) {
    const auto row = select.next("entries");
    if (!row) return row.error();
    if (!*row) return entries;
    entries.push_back({select.number(0), select.text(1), select.text(2), select.text(3)});
  }
}

Result<std::vector<std::string>> Journal::visits_to_forget() {
  const std::int64_t kept_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.keep).count();
  return select_visits(
      "SELECT visit FROM entries WHERE visit <> '' GROUP BY visit HAVING SUM(kind = 'ended') > 0 "
      "AND MAX(at_ms) < ? AND SUM(body IS NOT NULL AND kind <> 'erased') > 0 ORDER BY MIN(number)",
      now_ms() - kept_ms);
}

Status Journal::erase(const std::string& visit) {
  if (Status begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
  Status done = erase_now(visit);
  if (done) done = execute("COMMIT");
  // After some failures SQLite has rolled back by itself; then this one has nothing to do.
  if (!done && sqlite3_get_autocommit(database_) == 0) (void)execute("ROLLBACK");
  return done;
}

Status Journal::erase_now(const std::string& visit) {
  Statement last(database_,
                 "SELECT MAX(number) FROM entries WHERE visit = ? AND body IS NOT NULL AND kind <> "
                 "'erased' AND EXISTS (SELECT 1 FROM entries WHERE visit = ? AND kind = 'ended')");
  last.bind(1, visit);
  last.bind(2, visit);
  const auto row = last.next("erase");
  if (!row) return row.error();
  if (last.is_null(0))
    return Error{Errc::not_found, "journal.erase", "nothing to erase, or the visit has not ended"};
  const journal::Erased erased{last.number(0)};
  Statement forget(database_,
                   "UPDATE entries SET salt = NULL, body = NULL WHERE visit = ? AND kind <> "
                   "'erased' AND number <= ?");
  forget.bind(1, visit);
  forget.bind(2, erased.through);
  if (Status done = forget.run("erase"); !done) return done;
  return insert(visit, entry::erased, to_json(erased).dump());
}

Status Journal::fold() {
  int left = 0;
  int moved = 0;
  if (sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &left, &moved) !=
      SQLITE_OK)
    return failed(database_, "fold");
  return {};
}

}  // namespace madoguchi
