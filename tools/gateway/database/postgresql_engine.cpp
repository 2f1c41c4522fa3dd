// PostgreSQL by libpq. Several gateways may share one server.

#include <algorithm>
#include <cctype>
#include <charconv>

#include "tools/gateway/database/engine.h"
#include "tools/gateway/database/postgresql_connection.h"
#include "tools/gateway/database/postgresql_words.h"

namespace madoguchi::gateway {
namespace {

/// Whoever holds it is the one that writes: SQLite's BEGIN IMMEDIATE for all gateways. The number
/// says "mado" and means nothing.
constexpr const char* take_the_pen = "SELECT pg_advisory_xact_lock(1835099247)";

bool is_question(std::string_view sql) {
  constexpr std::string_view word = "select";
  return sql.size() > word.size() &&
         std::equal(word.begin(), word.end(), sql.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

class PostgresqlEngine;

class PostgresqlCursor : public Cursor {
 public:
  PostgresqlCursor(PostgresqlEngine& engine, const char* sql)
      : engine_(engine), sql_(with_numbered_parameters(sql)) {}

  void bind(std::int64_t value) override {
    const std::string digits = std::to_string(value) + '\0';
    parameters_.push_back({pq_integer, to_bytes(as_bytes(digits))});
  }
  void bind(std::string_view text) override {
    parameters_.push_back({pq_text, to_bytes(as_bytes(text))});
  }
  void bind(ByteView blob) override { parameters_.push_back({pq_bytes, to_bytes(blob)}); }

  Result<bool> step() override;

  std::int64_t integer(int column) const override {
    const std::string_view digits = raw(column);
    if (digits == "t") return 1;  // a boolean, as SQLite has it
    std::int64_t value = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  std::string text(int column) const override {
    return PQftype(rows_.get(), column) == pq_bytes ? as_text(blob(column))
                                                    : std::string(raw(column));
  }
  Bytes blob(int column) const override {
    const std::string_view written = raw(column);
    if (PQftype(rows_.get(), column) != pq_bytes) return to_bytes(as_bytes(written));
    // bytea_output is hex since PostgreSQL 9.0: "\x0123".
    auto bytes = from_hex(written.substr(std::min<std::size_t>(2, written.size())));
    return bytes ? std::move(*bytes) : Bytes();
  }

 private:
  std::string_view raw(int column) const {
    if (PQgetisnull(rows_.get(), row_, column) != 0) return {};
    return {PQgetvalue(rows_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
  }

  PostgresqlEngine& engine_;
  std::string sql_;
  std::vector<PqParameter> parameters_;
  PqResult rows_;
  int row_ = -1;
};

class PostgresqlEngine : public Engine {
 public:
  explicit PostgresqlEngine(std::unique_ptr<PostgresqlConnection> connection)
      : connection_(std::move(connection)) {}

  Result<std::unique_ptr<Cursor>> prepare(const char* sql) override {
    return std::unique_ptr<Cursor>(std::make_unique<PostgresqlCursor>(*this, sql));
  }

  Result<PqResult> ask(const std::string& sql, const std::vector<PqParameter>& parameters) {
    auto answer = connection_->ask(sql, parameters);
    // A question outside of a transaction may be asked again: a server that was restarted meanwhile
    // is there again by now, or is not.
    if (!answer && answer.error().code == Errc::gone && !open_ && is_question(sql))
      answer = connection_->ask(sql, parameters);
    if (answer) {
      const std::string_view count = PQcmdTuples(answer->get());
      changed_ = 0;
      (void)std::from_chars(count.data(), count.data() + count.size(), changed_);
    }
    return answer;
  }

  int changed() const override { return changed_; }

  Status begin(Patience patience) override {
    const bool long_one = patience == Patience::of_a_migration;
    const std::string settings =
        long_one ? "SET LOCAL lock_timeout = 30000; SET LOCAL statement_timeout = 0; " : "";
    patience_ =
        long_one ? PostgresqlConnection::patience_of_a_migration : PostgresqlConnection::patience;
    auto begun = say("BEGIN; " + settings + take_the_pen);
    open_ = true;  // even then: half of it may have been done
    if (!begun) rollback();
    if (begun) connection_->hold();
    return begun;
  }

  Status commit() override {
    const auto answer = connection_->ask("COMMIT", patience_);
    if (!answer) return answer.error();
    connection_->let_go();
    open_ = false;
    if (std::string_view(PQcmdStatus(answer->get())) == "COMMIT") return {};
    return Error{Errc::io, "database", "the transaction had failed"};
  }

  void rollback() override {
    if (open_ && connection_->stands()) (void)say("ROLLBACK");
    connection_->let_go();
    open_ = false;
  }

  Status script(const char* sql) override { return say(schema_in_postgresql(sql)); }

  Result<std::int64_t> schema_version() override {
    auto made = say("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
    if (!made) return made.error();
    PostgresqlCursor row(*this, "SELECT coalesce(max(version), 0) FROM schema_version");
    const auto found = row.step();
    if (!found) return found.error();
    return row.integer(0);
  }

  Status set_schema_version(std::int64_t version) override {
    return say("DELETE FROM schema_version; INSERT INTO schema_version VALUES (" +
               std::to_string(version) + ")");
  }

  Status scrub() override { return {}; }
  bool reachable() const override { return connection_->stands(); }

 private:
  Status say(const std::string& sql) {
    const auto answer = connection_->ask(sql, patience_);
    return answer ? Status() : answer.error();
  }

  std::unique_ptr<PostgresqlConnection> connection_;
  std::chrono::milliseconds patience_ = PostgresqlConnection::patience;
  bool open_ = false;  // a transaction
  int changed_ = 0;
};

Result<bool> PostgresqlCursor::step() {
  if (rows_ == nullptr) {
    auto answer = engine_.ask(sql_, parameters_);
    if (!answer) return answer.error();
    rows_ = std::move(*answer);
  }
  ++row_;
  return row_ < PQntuples(rows_.get());
}

}  // namespace

Result<std::unique_ptr<Engine>> open_postgresql(const std::string& url) {
  auto connection = PostgresqlConnection::open(url);
  if (!connection) return connection.error();
  return std::unique_ptr<Engine>(std::make_unique<PostgresqlEngine>(std::move(*connection)));
}

}  // namespace madoguchi::gateway
