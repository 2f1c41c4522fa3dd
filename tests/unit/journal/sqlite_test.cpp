// What the journal's files rely on in a statement.

#include "firmware/journal/sqlite.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;

TEST_GROUP(statement) {
  sqlite3* database = nullptr;

  void setup() override {
    CHECK_EQUAL(SQLITE_OK, sqlite3_open(":memory:", &database));
    CHECK_EQUAL(SQLITE_OK, sqlite3_exec(database, "CREATE TABLE t (a TEXT, b BLOB)", nullptr,
                                        nullptr, nullptr));
  }
  void teardown() override { sqlite3_close(database); }
  std::int64_t rows() {
    sqlite::Statement count(database, "SELECT COUNT(*) FROM t");
    CHECK(*count.next("count"));
    return count.number(0);
  }
};

// As with memory that runs out: without a look at it the row would be written with NULL.
TEST(statement, a_value_that_could_not_be_bound_writes_nothing) {
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 100);
  for (const bool text : {true, false}) {
    sqlite::Statement insert(database, "INSERT INTO t (a, b) VALUES (?, ?)");
    insert.bind(1, std::string(text ? 200 : 1, 'a'));
    insert.bind(2, Bytes(text ? 1 : 200));
    const Status written = insert.run("append");
    CHECK_FALSE(written.ok());
    CHECK(written.error().code == Errc::io);
    STRCMP_EQUAL("journal.append", written.error().where.c_str());
  }
  LONGS_EQUAL(0, rows());
  sqlite::Statement insert(database, "INSERT INTO t (a, b) VALUES (?, ?)");
  insert.bind(1, std::string("a"));
  insert.bind(2, Bytes(1));
  CHECK(insert.run("append").ok());
  LONGS_EQUAL(1, rows());
}
