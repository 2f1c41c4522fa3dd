#pragma once
// One connection to a PostgreSQL server by libpq: questions with a deadline, answers as a whole,
// and coming back after the server was away. Blocks its thread, at most as long as said below; why
// that is the loop's: docs/adr/0014-one-database-api.md.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

struct PqClear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PqResult = std::unique_ptr<PGresult, PqClear>;

// The types that a parameter is sent as: bigint, text, bytea (PostgreSQL's pg_type.dat).
inline constexpr Oid pq_integer = 20;
inline constexpr Oid pq_text = 25;
inline constexpr Oid pq_bytes = 17;

struct PqParameter {
  Oid type = 0;
  Bytes value;  ///< of an integer its digits, with a NUL at the end
};

class PostgresqlConnection {
 public:
  using Clock = std::chrono::steady_clock;  // real time: it waits for a real socket, not on a timer
  /// One question; the server gives up a little earlier (statement_timeout).
  static constexpr std::chrono::milliseconds patience{5000};
  static constexpr std::chrono::milliseconds patience_of_a_migration{60'000};

  /// Errc::invalid with words of our own for a URL that is none: libpq's would repeat it.
  static Result<std::unique_ptr<PostgresqlConnection>> open(const std::string& url);

  /// Several statements at once; the answer of the last one.
  Result<PqResult> ask(const std::string& sql, std::chrono::milliseconds within = patience);
  /// One statement in PostgreSQL's words, prepared on the server and kept there.
  Result<PqResult> ask(const std::string& sql, const std::vector<PqParameter>& parameters);

  /// From here on a lost connection is not made anew: what was begun is lost with it.
  void hold() { held_ = true; }
  void let_go() { held_ = false; }

  [[nodiscard]] bool stands() const { return connection_ != nullptr; }

 private:
  explicit PostgresqlConnection(std::string url) : url_(std::move(url)) {}
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  using Send = std::function<bool(PGconn*)>;

  Status connect();
  Status set_up();
  Status reach();
  bool is_stale();
  Status prepare(const std::string& sql, const std::vector<PqParameter>& parameters,
                 std::string& name);
  Result<PqResult> exchange(const Send& send, std::chrono::milliseconds within);
  Result<PqResult> collect(Clock::time_point deadline);
  Status wait(Clock::time_point deadline);
  Error lost(const std::string& why);

  std::string url_;
  std::string where_;  // user, host, port and name of the database: what an error may say
  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_map<std::string, std::string> prepared_;  // statement and its types -> its name
  Clock::time_point try_again_at_{};
  std::string last_failure_;  // to connect: an outage is logged once
  bool held_ = false;
};

}  // namespace madoguchi::gateway
