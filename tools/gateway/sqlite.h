#pragma once
// SQLite with owners: a database, a prepared statement, a transaction that rolls back unless it is
// committed. One thread.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace madoguchi::gateway {

/// A prepared statement. Values are bound in the order of the question marks.
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(ByteView blob);

  /// Whether there is a (next) row. Errc::io with SQLite's words; Errc::busy for a violated
  /// constraint.
  Result<bool> step();
  /// Columns of the current row, from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

class Database {
 public:
  /// Opens or creates the file: WAL, every commit on the disk before it returns, deleted content
  /// overwritten.
  static Result<Database> open(const std::string& path);

  /// Statements without parameters, several at once.
  Status script(const char* sql);
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

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, Close> database_;
};

/// All that is written between begin and commit, or nothing of it.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace madoguchi::gateway
