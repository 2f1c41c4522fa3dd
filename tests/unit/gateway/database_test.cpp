#include "tools/gateway/database/database.h"

#include <future>
#include <limits>
#include <thread>

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

// What database.h promises of every engine: CTest runs this for SQLite and for PostgreSQL.
TEST_GROUP(Database) {
  OwnFolder directory;
  const std::string where = fresh_database(directory.path("test.sqlite"));

  Database open() const {
    auto opened = Database::open(where);
    if (!opened) FAIL(opened.error().text().c_str());
    return std::move(*opened);
  }
  Database with_table() const {
    Database database = open();
    good(
        database.script("CREATE TABLE things (name TEXT NOT NULL PRIMARY KEY, size INTEGER NOT "
                        "NULL, content BLOB NOT NULL);"
                        "CREATE TABLE lines (line INTEGER PRIMARY KEY, name TEXT NOT NULL "
                        "REFERENCES things (name));"));
    return database;
  }
  static void good(const Status& done) {
    if (!done) FAIL(done.error().text().c_str());
  }
  static void fails(Errc code, const Status& done) {
    CHECK(!done);
    LONGS_EQUAL_TEXT(code, done.error().code, done.error().text().c_str());
  }
  static Status put(Database & database, const std::string& name, std::int64_t size = 1) {
    return database.run("INSERT INTO things VALUES (?, ?, ?)", name, size, Bytes());
  }
  static std::int64_t count(Database & database) {
    const auto rows = database.one("SELECT count(*) FROM things",
                                   [](const Statement& row) { return row.integer(0); });
    if (!rows) FAIL(rows.error().text().c_str());
    return rows->value_or(-1);
  }
};

TEST(Database, values_come_back_as_they_went) {
  Database database = with_table();
  const std::string text = "O'Reilly \"?\" \\x00 \n豊中市 𠮷";
  const Bytes bytes{0, 1, '\'', '\\', 0xff, 0};
  for (const std::int64_t number :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    good(database.run("DELETE FROM things"));
    good(database.run("INSERT INTO things VALUES (?, ?, ?)", text, number, bytes));
    const auto row = database.one(
        "SELECT name, size, content FROM things WHERE name = ? AND size = ? AND content = ?",
        [&](const Statement& found) {
          return found.text(0) == text && found.integer(1) == number && found.blob(2) == bytes;
        },
        text, number, bytes);
    CHECK(row.ok() && row->has_value() && **row);
  }
}

TEST(Database, what_is_empty_is_not_null) {
  Database database = with_table();
  good(database.run("INSERT INTO things VALUES (?, ?, ?)", "", 0, Bytes()));
  const auto row = database.one(
      "SELECT name, content, max(size) FILTER (WHERE size > 1) FROM things GROUP BY 1, 2",
      [](const Statement& found) {
        return found.text(0).empty() && found.blob(1).empty() && found.integer(2) == 0;  // NULL
      });
  CHECK(row.ok() && row->has_value() && **row);
}

TEST(Database, a_question_mark_in_quotes_is_one) {
  Database database = with_table();
  good(put(database, "why?"));
  const auto found = database.one(
      "SELECT name, 'it''s ?' FROM things WHERE name = 'why?' AND size = ?",
      [](const Statement& row) { return row.text(1); }, 1);
  CHECK(found.ok() && found->has_value());
  STRCMP_EQUAL("it's ?", (*found)->c_str());
}

TEST(Database, numbers_that_the_database_made) {
  Database database = with_table();
  for (const auto& [name, size] : {std::pair("a", 2), std::pair("b", 5)})
    good(put(database, name, size));
  const auto sums = database.one(
      "SELECT sum(size), avg(size), size > 1, size > 9 FROM things GROUP BY 3, 4",
      [](const Statement& row) {
        return std::array{row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
      });
  CHECK(sums.ok() && sums->has_value());
  CHECK((**sums == std::array<std::int64_t, 4>{7, 3, 1, 0}));
}

TEST(Database, a_violated_constraint_is_busy) {
  Database database = with_table();
  good(put(database, "a"));
  fails(Errc::busy, put(database, "a"));
  fails(Errc::busy, database.run("INSERT INTO lines (name) VALUES (?)", "nobody"));
  good(put(database, "b"));
  LONGS_EQUAL(2, count(database));
}

TEST(Database, a_nul_in_a_text_is_refused) {
  Database database = with_table();
  fails(Errc::invalid, put(database, std::string("a\0b", 3)));
  fails(Errc::io, database.run("SELECT nothing FROM nowhere"));
  LONGS_EQUAL(0, count(database));
}

TEST(Database, rows_that_count_by_themselves) {
  Database database = with_table();
  good(put(database, "a"));
  std::int64_t before = 0;
  for (int i = 0; i < 3; ++i) {
    const auto line = database.one(
        "INSERT INTO lines (name) VALUES (?) RETURNING line",
        [](const Statement& row) { return row.integer(0); }, "a");
    CHECK(line.ok() && line->has_value() && **line > before);
    before = **line;
  }
}

TEST(Database, changed_counts_what_a_guard_let_through) {
  Database database = with_table();
  good(put(database, "a"));
  good(put(database, "b"));
  good(database.run("UPDATE things SET size = 2 WHERE size = ?", 1));
  LONGS_EQUAL(2, database.changed());
  good(database.run("UPDATE things SET size = 3 WHERE name = ? AND size = ?", "a", 1));
  LONGS_EQUAL(0, database.changed());
  good(
      database.run("INSERT INTO things VALUES ('a', 9, ?) ON CONFLICT (name) DO NOTHING", Bytes()));
  LONGS_EQUAL(0, database.changed());
}

TEST(Database, rows_may_be_changed_while_they_are_read) {
  Database database = with_table();
  for (const char* name : {"a", "b", "c"}) good(put(database, name));
  auto rows = database.prepare("SELECT name FROM things ORDER BY name");
  CHECK(rows.ok());
  int seen = 0;
  while (*rows->step()) {
    ++seen;
    good(database.run("UPDATE things SET size = size + 1 WHERE name = ?", rows->text(0)));
  }
  LONGS_EQUAL(3, seen);
}

TEST(Database, a_transaction_is_taken_back_unless_committed) {
  Database database = with_table();
  {
    auto transaction = Transaction::begin(database);
    CHECK(transaction.ok());
    good(put(database, "a"));
  }
  LONGS_EQUAL(0, count(database));
  auto transaction = Transaction::begin(database);
  CHECK(transaction.ok());
  CHECK(!Transaction::begin(database).ok());
  good(put(database, "a"));
  good(transaction->commit());
  LONGS_EQUAL(1, count(database));
}

TEST(Database, after_an_error_a_transaction_can_only_end) {
  Database database = with_table();
  good(put(database, "a"));
  {
    auto transaction = Transaction::begin(database);
    CHECK(transaction.ok());
    good(put(database, "b"));
    fails(Errc::busy, put(database, "a"));
    fails(Errc::io, put(database, "c"));
    fails(Errc::io, transaction->commit());
  }
  LONGS_EQUAL(1, count(database));
  good(put(database, "c"));
}

TEST(Database, a_transaction_is_alone) {
  Database first = with_table();
  auto transaction = Transaction::begin(first);
  CHECK(transaction.ok());
  std::promise<void> there;
  auto other = std::async(std::launch::async, [&] {
    Database second = open();
    there.set_value();
    auto waiting = Transaction::begin(second);  // until the first one has ended
    const std::int64_t seen = waiting ? count(second) : -1;
    return seen;
  });
  there.get_future().wait();
  good(put(first, "a"));
  good(transaction->commit());
  LONGS_EQUAL(1, other.get());
}

TEST(Database, a_script_is_done_wholly_or_not_at_all) {
  Database database = with_table();
  CHECK(!database.script("CREATE TABLE more (a INTEGER); CREATE TABLE things (a INTEGER);").ok());
  CHECK(!database.run("SELECT a FROM more").ok());
}

TEST(Database, a_schema_is_brought_to_its_version_once) {
  std::vector<const char*> steps{"CREATE TABLE a (x INTEGER NOT NULL);"};
  good(open().migrate(steps));
  good(open().migrate(steps));
  steps.push_back("ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7;");
  good(open().migrate(steps));
  Database database = open();
  good(database.run("INSERT INTO a (x) VALUES (1)"));
  const auto y =
      database.one("SELECT y FROM a", [](const Statement& row) { return row.integer(0); });
  LONGS_EQUAL(7, y->value_or(0));
  steps.pop_back();
  fails(Errc::unsupported, open().migrate(steps));
}

TEST(Database, two_that_start_side_by_side_make_one_schema) {
  constexpr const char* steps[] = {"CREATE TABLE a (x INTEGER PRIMARY KEY);",
                                   "CREATE TABLE b (x INTEGER PRIMARY KEY);"};
  (void)open();  // the file of SQLite
  const auto start = [&]() -> Status {
    auto database = Database::open(where);
    if (!database) return database.error();
    if (auto done = database->migrate(steps); !done) return done;
    return database->script("CREATE TABLE IF NOT EXISTS c (x INTEGER PRIMARY KEY, y BLOB);");
  };
  std::vector<std::future<Status>> gateways;
  for (int i = 0; i < 4; ++i) gateways.push_back(std::async(std::launch::async, start));
  for (auto& gateway : gateways) good(gateway.get());
}
