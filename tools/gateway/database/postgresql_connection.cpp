#include "tools/gateway/database/postgresql_connection.h"

#include <algorithm>
#include <cctype>

#include <poll.h>

#include "firmware/base/log.h"
#include "tools/gateway/database/postgresql_words.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* connect_timeout_s = "3";  // of each host that the URL names
constexpr std::chrono::milliseconds breath{1000};
constexpr int loop_share = 4;  // while the server is away, so much longer without it than for it
constexpr std::size_t most_prepared = 500;

// A gateway that stands still in the middle of a transaction must not hold up the others for long.
constexpr const char* session_settings =
    "SET statement_timeout = 4500; SET lock_timeout = 3000; "
    "SET idle_in_transaction_session_timeout = 5000; SET client_min_messages = error; "
    "SET default_transaction_isolation = 'read committed'; "
    // What was answered must survive a power cut; a stricter setting of the server's stays.
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";

using OptionsPtr = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

struct Settings {
  std::vector<const char*> names;
  std::vector<const char*> values;
  void add(const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  }
};

/// What the URL says, and what it leaves open.
Settings settings_of(const PQconninfoOption* said) {
  Settings out;
  // Of two values libpq takes the later one: what the URL says.
  out.add("connect_timeout", connect_timeout_s);
  out.add("keepalives_idle", "10");
  out.add("keepalives_interval", "5");
  out.add("keepalives_count", "3");
  out.add("tcp_user_timeout", "5000");
  out.add("target_session_attrs", "read-write");  // of several servers the one that is primary
  out.add("fallback_application_name", "madoguchi-gateway");
  for (const auto* option = said; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) out.add(option->keyword, option->val);
  }
  out.add("client_encoding", "UTF8");
  out.add(nullptr, nullptr);
  return out;
}

std::string text(const char* words) { return words == nullptr ? "" : words; }

Error error_of(const PGresult* result) {
  const std::string state = text(PQresultErrorField(result, PG_DIAG_SQLSTATE));
  // The primary message names tables and columns; values stand in its details.
  std::string primary = text(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  if (primary.empty()) primary = text(PQresultErrorMessage(result));
  return Error{meaning_of(state), "database", in_one_line(primary)};
}

}  // namespace

Result<std::unique_ptr<PostgresqlConnection>> PostgresqlConnection::open(const std::string& url) {
  std::unique_ptr<PostgresqlConnection> made(new PostgresqlConnection(url));
  if (auto done = made->connect(); !done) return done.error();
  return made;
}

/// The connection anew. A password is in none of its errors.
Status PostgresqlConnection::connect() {
  const OptionsPtr said(PQconninfoParse(url_.c_str(), nullptr), PQconninfoFree);
  if (said == nullptr) {
    return Error{Errc::invalid, "database",
                 "this is no URL as libpq has it: postgresql://user@host:port/name"};
  }
  const Settings settings = settings_of(said.get());
  prepared_.clear();
  connection_.reset(PQconnectdbParams(settings.names.data(), settings.values.data(), 0));
  if (connection_ == nullptr) return Error{Errc::full, "database", "no memory"};
  PGconn* const raw = connection_.get();
  where_ = "postgresql://" + text(PQuser(raw)) + "@" + text(PQhost(raw)) + ":" + text(PQport(raw)) +
           "/" + text(PQdb(raw));
  if (PQstatus(raw) != CONNECTION_OK) {
    std::string why = in_one_line(PQerrorMessage(raw));
    connection_.reset();
    return Error{Errc::gone, where_, why.empty() ? "cannot be reached" : why};
  }
  PQsetNoticeProcessor(raw, [](void*, const char*) {}, nullptr);
  return set_up();
}

Status PostgresqlConnection::set_up() {
  if (PQsetnonblocking(connection_.get(), 1) != 0)
    return Error{Errc::io, where_, "cannot be asked without waiting"};
  const auto set =
      exchange([](PGconn* raw) { return PQsendQuery(raw, session_settings) == 1; }, patience);
  if (set) return {};
  connection_.reset();
  return Error{set.error().code, where_, set.error().what};
}

/// Whether the server has gone while nobody asked: its last words, and the end after them.
bool PostgresqlConnection::is_stale() {
  constexpr int most_words = 8;
  PGconn* const raw = connection_.get();
  pollfd socket{PQsocket(raw), POLLIN, 0};
  for (int word = 0; word < most_words && poll(&socket, 1, 0) > 0; ++word) {
    if (PQconsumeInput(raw) != 1 || PQstatus(raw) != CONNECTION_OK) return true;
  }
  return false;
}

/// A connection that stands, if one can be had now.
Status PostgresqlConnection::reach() {
  if (connection_ != nullptr && !is_stale()) return {};
  if (connection_ != nullptr) (void)lost("the server has closed the connection");
  if (held_) return Error{Errc::gone, "database", "the connection was lost in a transaction"};
  if (Clock::now() < try_again_at_) return Error{Errc::gone, "database", "is away"};
  const auto begun = Clock::now();
  auto done = connect();
  const auto now = Clock::now();
  if (done) {
    log_event(Event::database_back, {{"database", where_}});
    return done;
  }
  try_again_at_ = now + std::max<Clock::duration>(breath, loop_share * (now - begun));
  if (const std::string why = done.error().text(); why != last_failure_) {
    last_failure_ = why;
    log_event(Event::database_away, {{"what", why}});
  }
  return done;
}

Error PostgresqlConnection::lost(const std::string& why) {
  connection_.reset();
  last_failure_.clear();
  log_event(Event::database_away, {{"what", why}});
  return Error{Errc::gone, "database", why};
}

Status PostgresqlConnection::wait(Clock::time_point deadline) {
  PGconn* const raw = connection_.get();
  for (;;) {
    const int unsent = PQflush(raw);
    if (unsent < 0) return lost(in_one_line(PQerrorMessage(raw)));
    if (unsent == 0 && PQisBusy(raw) == 0) return {};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const short wanted = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
    pollfd socket{PQsocket(raw), wanted, 0};
    // What it is doing is not known: only a new connection is a sure one.
    if (left <= 0 || poll(&socket, 1, static_cast<int>(left)) == 0)
      return lost("the server has not answered in time");
    if (PQconsumeInput(raw) != 1) return lost(in_one_line(PQerrorMessage(raw)));
  }
}

/// Every answer to what was asked: the first error, else the last one.
Result<PqResult> PostgresqlConnection::collect(Clock::time_point deadline) {
  PqResult answer;
  bool failed = false;
  for (;;) {
    if (auto done = wait(deadline); !done) return done.error();
    PqResult next(PQgetResult(connection_.get()));
    if (next == nullptr) break;
    if (failed) continue;
    const auto status = PQresultStatus(next.get());
    failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
    answer = std::move(next);
  }
  if (answer == nullptr) return lost("the server gave no answer");
  if (!failed) return answer;
  const Error error = error_of(answer.get());
  if (error.code == Errc::gone || PQstatus(connection_.get()) != CONNECTION_OK)
    return lost(error.what);
  return error;
}

Result<PqResult> PostgresqlConnection::exchange(const Send& send,
                                                std::chrono::milliseconds within) {
  if (!send(connection_.get())) return lost(in_one_line(PQerrorMessage(connection_.get())));
  return collect(Clock::now() + within);
}

Result<PqResult> PostgresqlConnection::ask(const std::string& sql,
                                           std::chrono::milliseconds within) {
  if (auto there = reach(); !there) return there.error();
  return exchange([&](PGconn* raw) { return PQsendQuery(raw, sql.c_str()) == 1; }, within);
}

Status PostgresqlConnection::prepare(const std::string& sql,
                                     const std::vector<PqParameter>& parameters,
                                     std::string& name) {
  std::vector<Oid> types;
  std::string key = sql;
  for (const PqParameter& parameter : parameters) {
    types.push_back(parameter.type);
    key += ' ' + std::to_string(parameter.type);
  }
  if (const auto known = prepared_.find(key); known != prepared_.end()) {
    name = known->second;
    return {};
  }
  if (prepared_.size() >= most_prepared) {
    prepared_.clear();
    const auto dropped =
        exchange([](PGconn* raw) { return PQsendQuery(raw, "DEALLOCATE ALL") == 1; }, patience);
    if (!dropped) return dropped.error();
  }
  name = "s" + std::to_string(prepared_.size() + 1);
  const auto made = exchange(
      [&](PGconn* raw) {
        return PQsendPrepare(raw, name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                             types.data()) == 1;
      },
      patience);
  if (!made) return made.error();
  prepared_.emplace(std::move(key), name);
  return {};
}

Result<PqResult> PostgresqlConnection::ask(const std::string& sql,
                                           const std::vector<PqParameter>& parameters) {
  if (auto there = reach(); !there) return there.error();
  std::string name;
  if (auto done = prepare(sql, parameters, name); !done) return done.error();
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const PqParameter& parameter : parameters) {
    // A null pointer would be NULL, not an empty value.
    const auto* data = reinterpret_cast<const char*>(parameter.value.data());
    values.push_back(parameter.value.empty() ? "" : data);
    lengths.push_back(static_cast<int>(parameter.value.size()));
    formats.push_back(parameter.type == pq_integer ? 0 : 1);
  }
  return exchange(
      [&](PGconn* raw) {
        return PQsendQueryPrepared(raw, name.c_str(), static_cast<int>(values.size()),
                                   values.data(), lengths.data(), formats.data(), 0) == 1;
      },
      patience);
}

}  // namespace madoguchi::gateway
