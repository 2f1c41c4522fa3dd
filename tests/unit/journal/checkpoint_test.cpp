// When checkpoints are made, and that none is lost.

#include <CppUTest/TestHarness.h>

#include "tests/unit/journal/sample_journal.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

TEST_GROUP(checkpoints) {
  OwnFolder folder;
  VirtualTimers timers{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};
  std::string file = folder.path("journal.sqlite");
  std::unique_ptr<Journal> journal = std::move(*Journal::open(file, timers, audited()));

  bool made() {
    const auto done = journal->checkpoint_if_due();
    CHECK(done.ok());
    return *done;
  }
  api::Checkpoint next_unsent() {
    const auto unsent = journal->unsent_checkpoint();
    CHECK(unsent.ok() && *unsent);
    return *api::read_checkpoint((*unsent)->checkpoint.checkpoint);
  }
};

TEST(checkpoints, after_so_many_entries) {
  CHECK_FALSE(made());
  for (int i = 0; i < 4; ++i) CHECK(journal->append("v", "began", "{}").ok());
  CHECK_FALSE(made());
  CHECK(journal->append("v", "ended", "{}").ok());
  CHECK_TRUE(made());
  LONGS_EQUAL(5, next_unsent().last);
  CHECK_FALSE(made());  // its own entry asks for no other
}

TEST(checkpoints, or_after_so_long) {
  CHECK(journal->append("v", "began", "{}").ok());
  timers.set_wall(timers.wall() + 14min);
  CHECK_FALSE(made());
  timers.set_wall(timers.wall() + 1min);
  CHECK_TRUE(made());
  timers.set_wall(timers.wall() + 24h);
  CHECK_FALSE(made());  // no visit since
  CHECK(journal->append("v", "ended", "{}").ok());
  timers.set_wall(timers.wall() - 48h);  // a clock that is set back does not put it off
  CHECK_TRUE(made());
}

TEST(checkpoints, unsent_ones_wait_in_order_through_restarts) {
  for (int i = 0; i < 3; ++i) {
    write_visit(*journal, "v" + std::to_string(i));
    CHECK_TRUE(made());
  }
  journal.reset();
  journal = std::move(*Journal::open(file, timers, audited()));
  LONGS_EQUAL(1, next_unsent().first);
  auto unsent = journal->unsent_checkpoint();
  CHECK(journal->countersigned(**unsent, countersign((*unsent)->checkpoint)).ok());
  LONGS_EQUAL(6, next_unsent().first);
  CHECK(countersign_all(*journal).has_value());
  CHECK(!*journal->unsent_checkpoint());
  const auto report = audit_of(file);
  LONGS_EQUAL(3, report.checkpoints);
  LONGS_EQUAL(3, report.countersigned);
}

TEST(checkpoints, without_a_key_there_are_none) {
  JournalOptions options = audited();
  options.audit_key.reset();
  auto plain = Journal::open(folder.path("plain.sqlite"), timers, std::move(options));
  write_visit(**plain, "v");
  CHECK_FALSE(*(*plain)->checkpoint_if_due());
}

TEST(checkpoints, visits_are_kept_as_long_as_the_configuration_says) {
  write_visit(*journal, "old");
  CHECK(journal->append("open", "began", "{}").ok());
  timers.set_wall(timers.wall() + 24h * 89);
  write_visit(*journal, "new");
  LONGS_EQUAL(0, journal->visits_to_forget()->size());
  timers.set_wall(timers.wall() + 25h);
  LONGS_EQUAL(1, journal->visits_to_forget()->size());
  STRCMP_EQUAL("old", journal->visits_to_forget()->front().c_str());
  CHECK(journal->erase("old").ok());
  timers.set_wall(timers.wall() + 24h * 100);
  LONGS_EQUAL(1, journal->visits_to_forget()->size());  // the new one; never the open one
}
