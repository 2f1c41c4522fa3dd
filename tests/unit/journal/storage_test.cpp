// A storage that is full or fails is noticed before a fee, and leaves room for what happens after.

#include <cerrno>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "tests/failing_disk.h"
#include "tests/unit/journal/sample_journal.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

constexpr std::size_t reserve = 256u << 10;

JournalOptions with_reserve() {
  JournalOptions options = audited();
  options.reserve_bytes = reserve;
  return options;
}

}  // namespace

TEST_GROUP(storage) {
  OwnFolder folder;
  FailingDisk disk{folder.path("")};
  SystemTimers timers;
  std::string file = folder.path("journal.sqlite");
  std::unique_ptr<Journal> journal = std::move(*Journal::open(file, timers, with_reserve()));

  void setup() override {
    CHECK(journal->ready().ok());
    CHECK(journal->append("v1", "began", "{}").ok());
  }
  bool reserve_stands() const { return Reserve(file + ".reserve", reserve).stands(); }
};

TEST(storage, a_full_disk_costs_the_reserve_and_no_entry) {
  CHECK(reserve_stands());
  disk.fill_up();
  // Until SQLite has filled what it already has of its files, nothing needs room.
  int appended = 0;
  while (reserve_stands() && appended < 1000) {
    CHECK(journal->append("v1", "charge", std::string(200, 'x')).ok());
    ++appended;
  }
  CHECK_FALSE(reserve_stands());
  CHECK(journal->in_doubt());
  // What a visit still writes after that has room.
  for (int i = 0; i < 20; ++i) CHECK(journal->append("v1", "charge", std::string(400, 'y')).ok());
  CHECK(journal->append("v1", "ended", "{}").ok());
  LONGS_EQUAL(appended + 22, journal->entries("v1")->size());
  CHECK(!audit_of(file).bad);
}

TEST(storage, without_its_reserve_no_visit_may_begin_and_with_room_it_is_made_again) {
  disk.fill_up();
  while (reserve_stands()) CHECK(journal->append("v1", "charge", std::string(200, 'x')).ok());
  const Status ready = journal->ready();
  CHECK_FALSE(ready.ok());
  CHECK(ready.error().code == Errc::full);
  CHECK_FALSE(reserve_stands());
  // Half a reserve does not stay behind and take the room of entries.
  CHECK(journal->append("v1", "charge", "{}").ok());
  disk.make_room();
  CHECK(journal->ready().ok());
  CHECK(reserve_stands());
  CHECK_FALSE(journal->in_doubt());
}

TEST(storage, when_even_the_reserve_is_used_up_it_is_said) {
  disk.fill_up();
  Status written;
  for (int i = 0; i < 1000 && written; ++i)
    written = journal->append("v1", "charge", std::string(4000, 'x'));
  CHECK_FALSE(written.ok());
  CHECK(written.error().code == Errc::full);
  CHECK(!audit_of(file).bad);  // no half entry
}

TEST(storage, a_failing_disk_is_noticed_and_so_is_its_recovery) {
  for (const int error : {EIO, EROFS}) {
    disk.fail(error);
    const Status ready = journal->ready();
    CHECK_FALSE(ready.ok());
    CHECK(ready.error().code == Errc::io);
    CHECK_FALSE(journal->append("v1", "charge", R"({"state":"paying"})").ok());
    disk.fail(0);
    CHECK(journal->ready().ok());
    CHECK(journal->append("v1", "charge", "{}").ok());
  }
  LONGS_EQUAL(3, journal->entries("v1")->size());
  CHECK(!audit_of(file).bad);
}

TEST(storage, a_proof_changes_nothing_that_is_audited) {
  for (int i = 0; i < 50; ++i) CHECK(journal->ready().ok());
  LONGS_EQUAL(1, audit_of(file).entries);
  CHECK(!audit_of(file).bad);
}

TEST(storage, a_journal_opens_on_a_full_disk) {
  journal.reset();  // folds the log
  disk.fill_up();
  auto again = Journal::open(file, timers, with_reserve());
  if (!again) FAIL(again.error().text().c_str());
  CHECK((*again)->append("v1", "ended", "{}").ok());
  CHECK_FALSE(reserve_stands());
}

TEST(storage, what_is_old_is_gone_from_every_file) {
  const std::string marker = "MARKER-4711-OF-THIS-VISIT";
  const auto marked = [&] {
    bool found = false;
    for (const auto& each : std::filesystem::directory_iterator(folder.path(""))) {
      const auto content = read_file(each.path().string());
      found = found || as_text(*content).find(marker) != std::string::npos;
    }
    return found;
  };
  // Enough of them that pages split and move.
  for (int i = 0; i < 60; ++i) {
    const std::string visit = "visit-" + std::to_string(i);
    write_visit(*journal, visit, marker + std::string(static_cast<std::size_t>(i) * 7, '.'));
    if (i % 20 == 0) CHECK(journal->fold().ok());
  }
  CHECK(marked());
  for (int i = 0; i < 60; ++i) CHECK(journal->erase("visit-" + std::to_string(i)).ok());
  CHECK(journal->fold().ok());
  CHECK_FALSE(marked());
  const auto report = audit_of(file);
  if (report.bad) FAIL(report.bad->what.c_str());
  LONGS_EQUAL(300, report.erased);
}

TEST(storage, only_ended_visits_can_be_erased) {
  CHECK_FALSE(journal->erase("v1").ok());
  CHECK_FALSE(journal->erase("nobody").ok());
  CHECK(journal->append("v1", "ended", "{}").ok());
  CHECK(journal->erase("v1").ok());
  CHECK_FALSE(journal->erase("v1").ok());  // twice: nothing is left
  LONGS_EQUAL(0, journal->open_visits()->size());
}
