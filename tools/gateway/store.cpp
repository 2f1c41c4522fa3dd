#include "tools/gateway/store.h"

#include <array>

namespace madoguchi::gateway {
namespace {

constexpr UnixTime day_s = 24 * 3600;
constexpr UnixTime visit_kept_s = day_s;  // a kiosk without power finds its way back within a day
constexpr UnixTime answer_kept_s = 30 * day_s;  // as long as an outbox may try to settle

/// What leads a database from version n to n + 1. A line that was released is never changed.
constexpr std::array migrations{
    R"sql(
CREATE TABLE visits (
  kiosk TEXT NOT NULL, visit TEXT NOT NULL, state TEXT NOT NULL, nonce BLOB NOT NULL, opened INTEGER NOT NULL,
  card_sha256 BLOB NOT NULL, quote TEXT NOT NULL, quote_request BLOB NOT NULL, fee_yen INTEGER NOT NULL,
  pages INTEGER NOT NULL, document TEXT NOT NULL, rated INTEGER NOT NULL,
  PRIMARY KEY (kiosk, visit)) WITHOUT ROWID;
CREATE INDEX visits_by_age ON visits (opened);
CREATE TABLE documents (
  number TEXT PRIMARY KEY, kiosk TEXT NOT NULL, visit TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  token TEXT NOT NULL, issued_on TEXT NOT NULL, copies INTEGER NOT NULL, amount_yen INTEGER NOT NULL,
  pdf_sha256 BLOB NOT NULL, prepared INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE ledger (
  line INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (number), kiosk TEXT NOT NULL,
  outcome TEXT NOT NULL, due_yen INTEGER NOT NULL, charged_yen INTEGER NOT NULL, sale TEXT NOT NULL,
  pages_printed INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE ratings (kiosk TEXT NOT NULL, date TEXT NOT NULL, satisfaction INTEGER NOT NULL);
CREATE TABLE answers (
  kiosk TEXT NOT NULL, key TEXT NOT NULL, request_sha256 BLOB NOT NULL, visit TEXT NOT NULL,
  status INTEGER NOT NULL, body BLOB NOT NULL, emptied INTEGER NOT NULL, at INTEGER NOT NULL,
  keep_until INTEGER NOT NULL, until_settlement INTEGER NOT NULL,
  PRIMARY KEY (kiosk, key));
CREATE INDEX answers_by_end ON answers (emptied, keep_until);
CREATE INDEX answers_by_age ON answers (at);
)sql",
    R"sql(
CREATE TABLE staff_notices (
  line INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, visit TEXT NOT NULL, concern TEXT NOT NULL, at INTEGER NOT NULL);
)sql",
    R"sql(
ALTER TABLE visits ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
)sql",
};

/// The enum of a column that this program wrote; another word means a damaged file, which reads as
/// the first value would be a lie, so the caller refuses it.
template <class Enum>
Enum word(const Statement& row, int column, bool& damaged) {
  const auto value = codec::enum_value<Enum>(row.text(column));
  damaged = damaged || !value;
  return value.value_or(Enum{});
}

const Error damage{Errc::integrity, "database",
                   "a row holds a word that this version does not know"};

constexpr const char* document_columns =
    "number, kiosk, visit, kind, state, token, issued_on, copies, amount_yen, pdf_sha256, prepared";

Document read_document(const Statement& row, bool& damaged) {
  return {.number = row.text(0),
          .kiosk = row.text(1),
          .visit = row.text(2),
          .kind = word<api::Kind>(row, 3, damaged),
          .state = word<DocumentState>(row, 4, damaged),
          .token = row.text(5),
          .issued_on = row.text(6),
          .copies = static_cast<std::int32_t>(row.integer(7)),
          .amount_yen = row.integer(8),
          .pdf_sha256 = row.blob(9),
          .prepared = row.integer(10)};
}

template <class... Values>
Result<std::optional<Document>> find_document(Database& database, const std::string& where,
                                              const Values&... values) {
  bool damaged = false;
  auto found = database.one(
      ("SELECT " + std::string(document_columns) + " FROM documents WHERE " + where).c_str(),
      [&](const Statement& row) { return read_document(row, damaged); }, values...);
  if (damaged) return damage;
  return found;
}

std::string_view name(auto value) { return codec::enum_name(value); }

}  // namespace

Result<Store> Store::open(const std::string& where) {
  auto database = Database::open(where);
  if (!database) return database.error();
  if (auto made = database->migrate(migrations); !made) return made.error();
  return Store(std::move(*database));
}

Result<std::optional<Visit>> Store::visit(const std::string& kiosk, const std::string& id) {
  bool damaged = false;
  auto found = database_.one(
      "SELECT state, nonce, opened, card_sha256, quote, quote_request, fee_yen, pages, document, "
      "rated, revision "
      "FROM visits WHERE kiosk = ? AND visit = ?",
      [&](const Statement& row) {
        return Visit{.kiosk = kiosk,
                     .id = id,
                     .state = word<VisitState>(row, 0, damaged),
                     .nonce = row.blob(1),
                     .opened = row.integer(2),
                     .card_sha256 = row.blob(3),
                     .quote = row.text(4),
                     .quote_request = row.blob(5),
                     .fee_yen = row.integer(6),
                     .pages = static_cast<std::int32_t>(row.integer(7)),
                     .document = row.text(8),
                     .rated = row.integer(9) != 0,
                     .revision = row.integer(10)};
      },
      kiosk, id);
  if (damaged) return damage;
  return found;
}

Status Store::add(const Visit& visit) {
  return database_.run("INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       visit.kiosk, visit.id, name(visit.state), visit.nonce, visit.opened,
                       visit.card_sha256, visit.quote, visit.quote_request, visit.fee_yen,
                       visit.pages, visit.document, visit.rated, visit.revision);
}

/// What the last statement was to change was still there, as it was read.
Status Store::changed_one() const {
  if (database_.changed() == 1) return {};
  return Error{Errc::cancelled, "database", "another gateway changed this meanwhile"};
}

Status Store::update(const Visit& visit) {
  auto done = database_.run(
      "UPDATE visits SET state = ?, card_sha256 = ?, quote = ?, quote_request = ?, fee_yen = ?, "
      "pages = ?, "
      "document = ?, rated = ?, revision = revision + 1 "
      "WHERE kiosk = ? AND visit = ? AND revision = ?",
      name(visit.state), visit.card_sha256, visit.quote, visit.quote_request, visit.fee_yen,
      visit.pages, visit.document, visit.rated, visit.kiosk, visit.id, visit.revision);
  return done ? changed_one() : done;
}

Result<std::optional<Document>> Store::document(const std::string& kiosk, const std::string& visit,
                                                const std::string& number) {
  return find_document(database_, "number = ? AND kiosk = ? AND visit = ?", number, kiosk, visit);
}

Result<std::optional<Document>> Store::published(const std::string& number) {
  return find_document(database_, "number = ?", number);
}

Status Store::add(const Document& document) {
  return database_.run("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       document.number, document.kiosk, document.visit, name(document.kind),
                       name(document.state), document.token, document.issued_on, document.copies,
                       document.amount_yen, document.pdf_sha256, document.prepared);
}

Status Store::set_state(const Document& document, DocumentState state) {
  auto done = database_.run(
      "UPDATE documents SET state = ? WHERE number = ? AND kiosk = ? AND visit = ? AND state = ?",
      name(state), document.number, document.kiosk, document.visit, name(document.state));
  return done ? changed_one() : done;
}

Status Store::add(const LedgerLine& line) {
  return database_.run(
      "INSERT INTO ledger (document, kiosk, outcome, due_yen, charged_yen, sale, pages_printed, "
      "at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      line.document, line.kiosk, name(line.outcome), line.due_yen, line.charged_yen, line.sale,
      line.pages_printed, line.at);
}

Status Store::add(const StaffNotice& notice) {
  return database_.run("INSERT INTO staff_notices (kiosk, visit, concern, at) VALUES (?, ?, ?, ?)",
                       notice.kiosk, notice.visit, name(notice.concern), notice.at);
}

Result<std::vector<LedgerLine>> Store::ledger(const std::string& kiosk, UnixTime since) {
  auto select = database_.prepare(
      "SELECT document, outcome, due_yen, charged_yen, sale, pages_printed, at FROM ledger "
      "WHERE kiosk = ? AND at >= ? ORDER BY line");
  if (!select) return select.error();
  select->bind(kiosk);
  select->bind(since);
  std::vector<LedgerLine> lines;
  bool damaged = false;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) break;
    lines.push_back({.document = select->text(0),
                     .kiosk = kiosk,
                     .outcome = word<api::Outcome>(*select, 1, damaged),
                     .due_yen = select->integer(2),
                     .charged_yen = select->integer(3),
                     .sale = select->text(4),
                     .pages_printed = static_cast<std::int32_t>(select->integer(5)),
                     .at = select->integer(6)});
  }
  if (damaged) return damage;
  return lines;
}

Status Store::add_rating(const std::string& kiosk, const std::string& date,
                         std::int32_t satisfaction) {
  return database_.run("INSERT INTO ratings VALUES (?, ?, ?)", kiosk, date, satisfaction);
}

Result<std::optional<StoredAnswer>> Store::answer(const std::string& kiosk,
                                                  const std::string& key) {
  return database_.one(
      "SELECT request_sha256, visit, status, body, emptied, at, keep_until, until_settlement "
      "FROM answers WHERE kiosk = ? AND key = ?",
      [&](const Statement& row) {
        return StoredAnswer{.kiosk = kiosk,
                            .key = key,
                            .request_sha256 = row.blob(0),
                            .visit = row.text(1),
                            .status = static_cast<int>(row.integer(2)),
                            .body = row.blob(3),
                            .emptied = row.integer(4) != 0,
                            .at = row.integer(5),
                            .keep_until = row.integer(6),
                            .until_settlement = row.integer(7) != 0};
      },
      kiosk, key);
}

Status Store::add(const StoredAnswer& answer) {
  return database_.run("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", answer.kiosk,
                       answer.key, answer.request_sha256, answer.visit, answer.status, answer.body,
                       answer.emptied, answer.at, answer.keep_until, answer.until_settlement);
}

Status Store::forget_documents(const std::string& kiosk, const std::string& visit) {
  return database_.run(
      "UPDATE answers SET body = ?, emptied = 1 WHERE kiosk = ? AND visit = ? AND "
      "until_settlement = 1",
      Bytes(), kiosk, visit);
}

Status Store::tidy(UnixTime now) {
  auto transaction = begin();
  if (!transaction) return transaction.error();
  auto emptied =
      database_.run("UPDATE answers SET body = ?, emptied = 1 WHERE emptied = 0 AND keep_until < ?",
                    Bytes(), now);
  if (!emptied) return emptied;
  const bool any = database_.changed() > 0;
  if (auto done = database_.run("DELETE FROM answers WHERE at < ?", now - answer_kept_s); !done)
    return done;
  if (auto done = database_.run("DELETE FROM visits WHERE opened < ?", now - visit_kept_s); !done)
    return done;
  if (auto done = transaction->commit(); !done) return done;
  return any ? database_.scrub() : Status();
}

}  // namespace madoguchi::gateway
