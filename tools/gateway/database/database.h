#pragma once
// The gateway's database: SQLite in a file, or PostgreSQL for several gateways. A database, a
// prepared statement, a transaction that rolls back unless it is committed; the same words and the
// same meaning on both (docs/adr/0014-one-database-api.md).
//
// SQL is what both understand: `?` for a parameter, integers, texts and bytes, booleans as 0 and 1,
// `ON CONFLICT`, `RETURNING`. Tables may be written with SQLite's types (INTEGER PRIMARY KEY, BLOB,
// WITHOUT ROWID), which PostgreSQL's engine says its own way.
//
// A transaction is alone: no other one of any gateway runs meanwhile. A statement outside of one is
// atomic, so races are decided by unique constraints and by `UPDATE ... WHERE` with changed().
//
// Errors, Error::what never holds a value:
//   Errc::busy       a constraint was violated: somebody was first
//   Errc::cancelled  undone for another's sake (deadlock): begin anew
//   Errc::timeout    another one took too long; nothing was done
//   Errc::gone       the server is away. Whether a statement outside of a transaction, or a commit,
//                    was done is not known. The next call tries to reach it again, at most every
//                    second.
//   Errc::invalid    a value that no database keeps, such as a text with a NUL
//   Errc::io         the rest
//
// One thread. A call takes as long as the database takes, at most some seconds.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

class Cursor;
class Engine;

/// Whether it is the URL of a server rather than the path of a file.
bool is_database_url(std::string_view where);

/// A prepared statement. Values are bound in the order of the question marks.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(ByteView blob);

  /// Whether there is a (next) row.
  Result<bool> step();
  /// Columns of the current row, from 0. NULL is 0 or empty.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;

 private:
  friend class Database;
  Statement(std::shared_ptr<Engine> engine, std::unique_ptr<Cursor> cursor);

  std::shared_ptr<Engine> engine_;
  std::unique_ptr<Cursor> cursor_;
  bool unfit_ = false;  // a bound value that no database keeps
};

/// Copies are one connection.
class Database {
 public:
  /// A path: the SQLite file is made if it is not there. A URL: postgresql://user@host:port/name as
  /// libpq has it; a password comes from PGPASSFILE or the URL and is in no error.
  static Result<Database> open(const std::string& where);

  /// Statements without parameters, several at once: all of them or none. For tables.
  Status script(const char* sql);
  /// Brings the schema from its version, at first 0, to the number of `steps`; steps[n] leads from
  /// n to n + 1. Errc::unsupported when a newer gateway was here. Gateways that start side by side
  /// wait for each other.
  Status migrate(std::span<const char* const> steps);
  Result<Statement> prepare(const char* sql);
  /// A statement that gives no rows.
  template <class... Values>
  Status run(const char* sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    (statement->bind(values), ...);
    auto row = statement->step();
    if (!row) return row.error();
    return {};
  }
  /// The first row as `read(statement)` makes it; nothing when there is none.
  template <class Read, class... Values>
  auto one(const char* sql, Read read, const Values&... values)
      -> Result<std::optional<std::invoke_result_t<Read, const Statement&>>> {
    using Row = std::optional<std::invoke_result_t<Read, const Statement&>>;
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    (statement->bind(values), ...);
    auto row = statement->step();
    if (!row) return row.error();
    return *row ? Row(read(std::as_const(*statement))) : Row();
  }
  /// Rows that the last run() changed.
  [[nodiscard]] int changed() const;

  /// What was deleted is gone from SQLite's log, too. PostgreSQL: nothing; see the README.
  Status scrub();
  /// False from a lost connection until a call has found the server again.
  [[nodiscard]] bool reachable() const;

 private:
  friend class Transaction;
  explicit Database(std::shared_ptr<Engine> engine);

  std::shared_ptr<Engine> engine_;  // shared by the copies and by their statements
};

/// All that is written between begin and commit, or nothing of it. After an error nothing but its
/// end is possible.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Status commit();

 private:
  explicit Transaction(std::shared_ptr<Engine> engine);
  std::shared_ptr<Engine> engine_;  // empty once it is over
};

}  // namespace madoguchi::gateway
