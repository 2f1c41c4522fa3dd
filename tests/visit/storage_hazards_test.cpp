// The storage fills up or fails at every single write of a visit: no fee that cannot be recorded,
// and what became of money that moved is in the journal.

#include <cerrno>
#include <cstdio>

#include <CppUTest/TestHarness.h>

#include "firmware/visit/journal_wait.h"
#include "firmware/visit/reception.h"
#include "tests/failing_disk.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

constexpr int more_than_enough = 400;

/// A kiosk on a disk of its own, with a reserve that is quick to make.
struct KioskOnDisk {
  Rig rig;
  FailingDisk disk{rig.directory()};

  KioskOnDisk() {
    rig.settings.reprint_window = std::chrono::minutes(0);
    reopen();
  }
  void reopen() {
    rig.journal.reset();
    JournalOptions options;
    options.reserve_bytes = 512u << 10;
    auto opened =
        Journal::open(rig.directory() + "/journal.sqlite", rig.timers, std::move(options));
    if (!opened) FAIL(opened.error().text().c_str());
    rig.journal = std::move(*opened);
  }
  bool reserve_stands() const {
    return Reserve(rig.directory() + "/journal.sqlite.reserve", 512u << 10).stands();
  }
  bool journal_says_paid() const {
    return rig.journal_text().find(R"("state":"charged")") != std::string::npos;
  }
};

/// Whether the visit came to the write at which the disk filled up.
bool full_at(int n, void (*prepare)(Rig&)) {
  KioskOnDisk kiosk;
  Rig& rig = kiosk.rig;
  prepare(rig);
  CHECK(rig.journal->ready().ok());  // as the idle kiosk has proved
  const int before = kiosk.disk.writes();
  kiosk.disk.fill_up_before_write(n);
  const visit::Report report = rig.play(usual_resident());
  const std::string where = "full before write " + std::to_string(n) + ": " + report.outcome;
  if (rig.terminal.payments_sent == 0) {
    STRCMP_EQUAL_TEXT("journal_failed", report.outcome.c_str(), where.c_str());
    LONGS_EQUAL_TEXT(0, rig.printer.sheets_out(), where.c_str());
  } else {
    // Full after the fee: the reserve held everything, to the end.
    LONGS_EQUAL_TEXT(0, rig.journal->open_visits()->size(), where.c_str());
    CHECK_TEXT(kiosk.journal_says_paid(), where.c_str());
    LONGS_EQUAL_TEXT(rig.terminal.net_yen(), report.charged_yen, where.c_str());
    LONGS_EQUAL_TEXT(1, rig.gateway.settlements.size(), where.c_str());
  }
  const bool came_to_it = kiosk.disk.writes() - before >= n;
  if (!kiosk.reserve_stands()) {
    // Nobody else is charged until there is room again.
    const int paid = rig.terminal.payments_sent;
    STRCMP_EQUAL("journal_failed", rig.play(usual_resident()).outcome.c_str());
    LONGS_EQUAL(paid, rig.terminal.payments_sent);
    kiosk.disk.make_room();
    CHECK(rig.journal->ready().ok());
    (void)rig.play(usual_resident());
    LONGS_EQUAL_TEXT(paid + 1, rig.terminal.payments_sent, where.c_str());
  }
  return came_to_it;
}

int full_everywhere(void (*prepare)(Rig&)) {
  int n = 0;
  while (n < more_than_enough && full_at(n + 1, prepare)) ++n;
  CHECK_TEXT(n >= 20, "the visit wrote less than expected");
  CHECK(n < more_than_enough);
  return n;
}

}  // namespace

TEST_GROUP(storage_hazards){};

TEST(storage_hazards, full_at_every_write) {
  const int writes = full_everywhere([](Rig&) {});
  (void)std::printf("\nthe disk was full before each of %d writes of a visit\n", writes);
}

// The reserve would hold this fee, but nobody knows what else will have to be written: a kiosk that
// has begun to live on its reserve takes no money.
TEST(storage_hazards, full_between_the_choice_and_the_fee_takes_no_fee) {
  KioskOnDisk kiosk;
  Rig& rig = kiosk.rig;
  CHECK(rig.journal->ready().ok());
  rig.cut = [&kiosk, filled = false]() mutable {
    if (!filled && kiosk.rig.front.now.name == "review") kiosk.disk.fill_up();
    filled = filled || kiosk.rig.front.now.name == "review";
    return false;
  };
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL("journal_failed", report.outcome.c_str());
  LONGS_EQUAL(0, rig.terminal.payments_sent);
  LONGS_EQUAL(0, rig.printer.sheets_out());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(storage_hazards, full_at_every_write_while_a_failed_print_is_given_back) {
  full_everywhere([](Rig& rig) { rig.printer.abort_job = true; });
}

TEST(storage_hazards, full_at_every_write_while_a_lost_reply_is_asked_for) {
  full_everywhere([](Rig& rig) {
    rig.terminal.mode = LedgerTerminal::Mode::lose_reply;
    rig.terminal.statuses_in_progress = 4;
  });
}

TEST(storage_hazards, failing_from_any_write_on) {
  bool came_to_it = true;
  int n = 0;
  for (; came_to_it && n < more_than_enough; ++n) {
    KioskOnDisk kiosk;
    Rig& rig = kiosk.rig;
    CHECK(rig.journal->ready().ok());
    const int before = kiosk.disk.writes();
    kiosk.disk.fail_before_write(n + 1, EIO);
    const visit::Report report = rig.play(usual_resident());
    came_to_it = kiosk.disk.writes() - before > n;
    const std::string where = "failing from write " + std::to_string(n) + ": " + report.outcome;
    // Nothing was sent to the terminal that the journal does not know of.
    const bool known = rig.journal_text().find(R"("state":"paying")") != std::string::npos;
    CHECK_TEXT(rig.terminal.payments_sent == 0 || known, where.c_str());
    if (came_to_it) CHECK_FALSE(rig.journal->ready().ok());
    // The disk is changed or mended, the kiosk starts again.
    kiosk.disk.fail(0);
    kiosk.reopen();
    rig.reader.inserted = false;
    rig.recover();
    LONGS_EQUAL_TEXT(0, rig.journal->open_visits()->size(), where.c_str());
    const bool paper = rig.printer.sheets_out() > 0;
    CHECK_TEXT(rig.terminal.net_yen() == 0 || paper, where.c_str());
    CHECK_TEXT(rig.terminal.payments_sent <= 1, where.c_str());
  }
  CHECK(n > 20);
  CHECK(n < more_than_enough);
}

TEST(storage_hazards, the_idle_screen_says_it_and_it_passes) {
  KioskOnDisk kiosk;
  Rig& rig = kiosk.rig;
  kiosk.disk.fail(EROFS);
  rig.play_at_reception({}, [&] { return rig.front.now.name == "out_of_service"; });
  CHECK_TRUE(rig.faults.stands("storage"));
  kiosk.disk.fail(0);
  rig.play_at_reception({}, [&] { return rig.front.now.name == "welcome"; });
  CHECK_FALSE(rig.faults.stands("storage"));
}

TEST(storage_hazards, a_kiosk_that_wrote_in_its_reserve_goes_out_of_service) {
  KioskOnDisk kiosk;
  Rig& rig = kiosk.rig;
  CHECK(rig.journal->ready().ok());
  Resident resident = usual_resident();
  resident["welcome"] = {"service.certificate"};
  bool filled = false;
  rig.play_at_reception(resident, [&] {
    if (!filled && rig.front.now.name == "printing") {
      kiosk.disk.fill_up();
      filled = true;
    }
    return filled && !kiosk.reserve_stands() && rig.front.now.name == "out_of_service";
  });
  CHECK_TRUE(rig.faults.stands("storage"));
  LONGS_EQUAL(1, rig.printer.sheets_out());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(storage_hazards, a_kiosk_that_cannot_open_its_journal_tries_until_it_can) {
  Rig rig;
  int tries = 0;
  const visit::OpenJournal open = [&]() -> Result<std::unique_ptr<Journal>> {
    if (++tries < 4) return Error{Errc::io, "journal.open", "no such disk"};
    STRCMP_EQUAL("out_of_service", rig.front.now.name.c_str());
    CHECK_TRUE(rig.faults.stands("storage"));
    return Journal::open(rig.directory() + "/late.sqlite", rig.timers);
  };
  std::unique_ptr<Journal> journal;
  const visit::Pane pane{rig.timers, rig.front, rig.settings};
  const auto wait = [&]() -> Task<void> {
    journal = co_await visit::wait_for_journal(pane, rig.faults, open);
  };
  const auto began = rig.timers.now();
  rig.run(wait());
  CHECK(journal != nullptr);
  LONGS_EQUAL(1, rig.front.shown.size());
  CHECK_FALSE(rig.faults.stands("storage"));
  CHECK(rig.timers.now() - began >= std::chrono::seconds(30));
  CHECK(rig.timers.now() - began < std::chrono::seconds(40));
}
