// The VFS of tools/campaign.d/preload with nothing ordered: what lose_unsynced() leaves of a
// journal.

#include <fstream>
#include <iterator>

#include <CppUTest/TestHarness.h>
#include <sqlite3.h>
#include <unistd.h>

#include "tools/campaign.d/preload/fault_order.h"

namespace madoguchi::campaign {

// In place of fault_order.cpp, which would take over this whole process.
std::recursive_mutex& stop_the_world() {
  static std::recursive_mutex mutex;
  return mutex;
}
const Order& order() {
  static const Order none;
  return none;
}
Deed reach(const std::string&, const std::string&) { return Deed::none; }
void die() { std::abort(); }
bool is_under_test() { return true; }
void count_memory() {}

}  // namespace madoguchi::campaign

using namespace madoguchi::campaign;

TEST_GROUP(JournalVfs) {
  std::string file = "journal-vfs-test-" + std::to_string(::getpid()) + ".sqlite";
  sqlite3* database = nullptr;

  void setup() override {
    static const bool installed = (install_journal_vfs(), true);
    CHECK(installed);
    CHECK_EQUAL(SQLITE_OK, sqlite3_open(file.c_str(), &database));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
        "CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB)");
  }
  void teardown() override {
    sqlite3_close(database);
    for (const char* end : {"", "-wal", "-shm"}) ::unlink((file + end).c_str());
  }
  void run(const char* sql) {
    char* wrong = nullptr;
    sqlite3_exec(database, sql, nullptr, nullptr, &wrong);
    STRCMP_EQUAL("", wrong == nullptr ? "" : wrong);
  }
  [[nodiscard]] std::string bytes(const char* end) const {
    std::ifstream in(file + end, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST(JournalVfs, a_log_of_any_length_comes_back_whole_when_its_truncation_is_lost) {
  // SQLite's system layer reads at most 128 KiB at a time.
  for (int i = 0; i < 80; ++i) run("INSERT INTO t (b) VALUES (randomblob(3000))");
  const std::string log = bytes("-wal");
  CHECK(log.size() > (256u << 10));
  run("PRAGMA wal_checkpoint(TRUNCATE)");
  CHECK(bytes("-wal").empty());
  lose_unsynced(Loss::all, 1);
  CHECK(bytes("-wal") == log);
}

TEST(JournalVfs, what_was_synced_stays_and_what_was_not_goes) {
  run("INSERT INTO t (b) VALUES ('kept')");
  const std::string kept = bytes("-wal");
  run("PRAGMA synchronous = OFF; INSERT INTO t (b) VALUES ('lost')");
  CHECK(bytes("-wal").size() > kept.size());
  lose_unsynced(Loss::all, 1);
  CHECK(bytes("-wal") == kept);
}
