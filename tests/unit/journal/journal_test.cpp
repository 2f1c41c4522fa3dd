#include "firmware/journal/journal.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "tests/own_folder.h"

using namespace madoguchi;

TEST_GROUP(journal) {
  SystemTimers timers;
  const OwnFolder folder;
  std::string file() const { return folder.path("journal.sqlite"); }
};

TEST(journal, entries_survive_closing_in_order) {
  {
    auto journal = Journal::open(file(), timers);
    CHECK(journal.ok());
    CHECK((*journal)->append("v1", "began", "{}").ok());
    CHECK((*journal)->append("v2", "began", "{}").ok());
    CHECK((*journal)->append("v1", "charge", R"({"state":"paying"})").ok());
  }
  auto journal = Journal::open(file(), timers);
  const auto entries = (*journal)->entries("v1");
  LONGS_EQUAL(2, entries->size());
  STRCMP_EQUAL("began", (*entries)[0].kind.c_str());
  STRCMP_EQUAL(R"({"state":"paying"})", (*entries)[1].body.c_str());
  CHECK((*entries)[0].number < (*entries)[1].number);
}

TEST(journal, a_visit_is_open_until_it_ended) {
  auto journal = Journal::open(file(), timers);
  CHECK((*journal)->append("v1", "began", "{}").ok());
  CHECK((*journal)->append("v2", "began", "{}").ok());
  CHECK((*journal)->append("v1", "ended", "{}").ok());
  const auto open = (*journal)->open_visits();
  LONGS_EQUAL(1, open->size());
  STRCMP_EQUAL("v2", open->front().c_str());
  LONGS_EQUAL(2, (*journal)->visits()->size());
}

TEST(journal, another_file_is_not_taken_for_a_journal) {
  CHECK(write_file(file(), as_bytes("this is a letter to the city, not a database at all")).ok());
  const auto journal = Journal::open(file(), timers);
  CHECK_FALSE(journal.ok());
  CHECK(journal.error().code == Errc::integrity);
  // Nothing of it is lost.
  CHECK(as_text(*read_file(file())).starts_with("this is a letter"));
}

TEST(journal, a_folder_that_is_missing_is_said) {
  const auto journal = Journal::open(folder.path("nowhere/journal.sqlite"), timers);
  CHECK_FALSE(journal.ok());
  CHECK(journal.error().what.find("nowhere") != std::string::npos);
}

TEST(journal, a_full_disk_is_an_error_not_a_loss) {
  auto journal = Journal::open(file(), timers);
  CHECK((*journal)->append("v1", "began", "{}").ok());
  CHECK((*journal)->limit_pages(1).ok());
  Status written;
  for (int i = 0; i < 100 && written; ++i)
    written = (*journal)->append("v1", "charge", std::string(4000, 'x'));
  CHECK_FALSE(written.ok());
  CHECK(written.error().code == Errc::full);
  CHECK(!(*journal)->entries("v1")->empty());
}
