// Every byte of the audit log changed is noticed.

#include "firmware/journal/audit.h"

#include <cstdio>
#include <functional>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <sqlite3.h>

#include "firmware/base/file.h"
#include "firmware/journal/chain.h"
#include "tests/unit/journal/sample_journal.h"

using namespace madoguchi;
using namespace madoguchi::test;
using journal::AuditReport;
using journal::StoredEntry;

namespace {

const char* const columns[] = {"number",  "visit", "at_ms", "kind",
                               "content", "salt",  "body",  "hash"};

/// A journal in the hands of somebody with a SQLite shell.
class Tampered {
 public:
  explicit Tampered(const std::string& file) {
    CHECK_EQUAL(SQLITE_OK, sqlite3_open(file.c_str(), &database_));
    run("PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
  }
  ~Tampered() { sqlite3_close(database_); }
  Tampered(const Tampered&) = delete;
  Tampered& operator=(const Tampered&) = delete;

  void run(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
      FAIL((sql + ": " + error).c_str());
  }
  std::int64_t number(const std::string& sql) { return std::stoll(text(sql)); }
  std::string text(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
    CHECK_EQUAL_TEXT(SQLITE_ROW, sqlite3_step(statement), sql.c_str());
    const auto* start = static_cast<const char*>(sqlite3_column_blob(statement, 0));
    const std::string out(start == nullptr ? "" : start,
                          static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
    sqlite3_finalize(statement);
    return out;
  }

 private:
  sqlite3* database_ = nullptr;
};

std::string where(std::int64_t number) { return " WHERE number = " + std::to_string(number); }

/// The value with each of its bytes changed in turn, as SQL.
std::vector<std::string> changed_values(const std::string& type, const std::string& value) {
  std::vector<std::string> out;
  if (type == "integer") {
    for (int byte = 0; byte < 8; ++byte)
      out.push_back(std::to_string(static_cast<std::int64_t>(
          static_cast<std::uint64_t>(std::stoll(value)) ^ (std::uint64_t{1} << (8 * byte)))));
  }
  for (std::size_t at = 0; at < value.size() && type != "integer"; ++at) {
    std::string changed = value;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const std::string blob = "x'" + to_hex(as_bytes(changed)) + "'";
    out.push_back(type == "text" ? "CAST(" + blob + " AS TEXT)" : blob);
  }
  return out;
}

/// Rows in a form that can be compared.
std::string rows_of(const std::string& file, bool& whole) {
  whole = false;
  auto reader = journal::Reader::open(file);
  if (!reader) return "";
  std::string all;
  const Status read = (*reader)->each([&](const StoredEntry& entry) {
    all += std::to_string(entry.number) + "|" + entry.visit + "|" + std::to_string(entry.at_ms) +
           "|" + entry.kind + "|" + to_hex(entry.content) + to_hex(entry.hash) +
           to_hex(entry.salt.value_or(Bytes())) + entry.body.value_or("NULL") + "\n";
    return true;
  });
  whole = read.ok() && (*reader)->check_structure().ok();
  return all;
}

}  // namespace

TEST_GROUP(audit) {
  OwnFolder folder;
  std::string file = folder.path("journal.sqlite");
  Sample sample = write_sample(file);

  /// The audit notices and names this entry.
  void notices(std::int64_t entry, const std::string& what, bool with_gateway = false) {
    const AuditReport report = with_gateway ? audit_of(file, sample.latest) : audit_of(file);
    CHECK_TEXT(report.bad.has_value(), (what + ": not noticed").c_str());
    LONGS_EQUAL_TEXT(entry, report.bad->number, (what + ": " + report.bad->what).c_str());
  }
};

TEST(audit, the_sample_is_right) {
  const AuditReport report = audit_of(file, sample.latest);
  if (report.bad) FAIL(report.bad->what.c_str());
  LONGS_EQUAL(20, report.entries);
  LONGS_EQUAL(2, report.checkpoints);
  LONGS_EQUAL(2, report.countersigned);
  LONGS_EQUAL(5, report.erased);
  LONGS_EQUAL(13, report.covered);
}

TEST(audit, every_byte_of_every_value_is_noticed_at_its_entry) {
  Tampered rows(file);
  long flips = 0;
  const std::int64_t count = rows.number("SELECT COUNT(*) FROM entries");
  for (std::int64_t number = 1; number <= count; ++number) {
    for (const char* column : columns) {
      const std::string select = std::string(column) + " FROM entries" + where(number);
      const std::string type =
          rows.text("SELECT typeof(" + std::string(column) + ") FROM entries" + where(number));
      if (type == "null") continue;
      const std::string value = rows.text("SELECT " + select);
      const std::string original =
          rows.text("SELECT quote(" + std::string(column) + ") FROM entries" + where(number));
      for (const std::string& changed : changed_values(type, value)) {
        std::int64_t now = number;
        if (std::string_view(column) == "number") {
          now = std::stoll(changed);
          // A number that another entry has cannot be set: that is a swap, tested below.
          if (now >= 1 && now <= count) continue;
        }
        rows.run("UPDATE entries SET " + std::string(column) + " = " + changed + where(number));
        const std::string what = "entry " + std::to_string(number) + " " + column + " = " + changed;
        // An entry that got a number before all others stands where entry 1 is expected.
        notices(now < 1 ? 1 : number, what);
        ++flips;
        rows.run("UPDATE entries SET " + std::string(column) + " = " +
                 (std::string_view(column) == "number" ? std::to_string(number) : original) +
                 where(now));
      }
    }
  }
  CHECK(!audit_of(file, sample.latest).bad);  // everything was put back
  CHECK(flips > 4000);
  (void)std::printf("\n%ld bytes of %ld entries changed, each noticed at its entry\n", flips,
                    static_cast<long>(count));
}

TEST(audit, every_raw_byte_of_the_file_changes_nothing_or_is_noticed) {
  // Small pages: less of the file is free room, in which nothing can be noticed.
  Tampered(file).run("PRAGMA page_size = 1024; VACUUM");
  Bytes content = *read_file(file);
  bool whole = false;
  const std::string right = rows_of(file, whole);
  CHECK(whole);
  CHECK(!audit_of(file).bad);
  long unseen = 0;
  long noticed = 0;
  const std::string copy = folder.path("copy.sqlite");
  std::FILE* raw = std::fopen(copy.c_str(), "w+b");
  CHECK(raw != nullptr);
  std::fwrite(content.data(), 1, content.size(), raw);
  const auto put = [&](std::size_t at, std::uint8_t byte) {
    std::fseek(raw, static_cast<long>(at), SEEK_SET);
    std::fputc(byte, raw);
    (void)std::fflush(raw);
  };
  for (std::size_t at = 0; at < content.size(); ++at) {
    put(at, content[at] ^ 0x01);
    if (rows_of(copy, whole) == right && whole) {
      ++unseen;  // the audit, which looks at just these rows, says the same as before
    } else {
      CHECK_TEXT(audit_of(copy).bad.has_value(),
                 ("byte " + std::to_string(at) + " changed and not noticed").c_str());
      ++noticed;
    }
    put(at, content[at]);
  }
  (void)std::fclose(raw);
  CHECK(noticed > 5000);
  (void)std::printf("\n%zu raw bytes changed: %ld noticed, %ld that no reader sees\n",
                    content.size(), noticed, unseen);
}

TEST(audit, a_deleted_entry_is_named) {
  Tampered rows(file);
  for (std::int64_t number = 1; number <= 20; ++number) {
    rows.run("CREATE TEMP TABLE kept AS SELECT * FROM entries" + where(number));
    rows.run("DELETE FROM entries" + where(number));
    // The last one is missed by whoever knows that there must be more: see truncation below.
    if (number < 20) notices(number, "deleted " + std::to_string(number));
    rows.run("INSERT INTO entries SELECT * FROM kept; DROP TABLE kept");
  }
}

TEST(audit, two_swapped_entries_are_noticed_at_the_first) {
  Tampered rows(file);
  for (std::int64_t first = 1; first < 20; ++first) {
    for (std::int64_t second = first + 1; second <= 20; ++second) {
      const auto swap = [&] {
        rows.run("UPDATE entries SET number = -1" + where(first));
        rows.run("UPDATE entries SET number = " + std::to_string(first) + where(second));
        rows.run("UPDATE entries SET number = " + std::to_string(second) + where(-1));
      };
      swap();
      notices(first, "swapped " + std::to_string(first) + " and " + std::to_string(second));
      swap();
    }
  }
}

TEST(audit, an_inserted_entry_is_named) {
  Tampered rows(file);
  for (std::int64_t number = 1; number <= 21; ++number) {
    // Everything after it moves up by one, as if it had always been there.
    rows.run("UPDATE entries SET number = -number - 1 WHERE number >= " + std::to_string(number));
    rows.run("UPDATE entries SET number = -number WHERE number < 0");
    rows.run("INSERT INTO entries SELECT " + std::to_string(number) +
             ", visit, at_ms, kind, content, salt, body, hash FROM entries" +
             where(number == 21 ? 20 : number + 1));
    notices(number == 21 ? 21 : number + 1, "inserted " + std::to_string(number));
    rows.run("DELETE FROM entries" + where(number));
    rows.run("UPDATE entries SET number = -number + 1 WHERE number > " + std::to_string(number));
    rows.run("UPDATE entries SET number = -number WHERE number < 0");
  }
  CHECK(!audit_of(file).bad);
}

TEST(audit, a_journal_cut_short_is_noticed_with_the_gateways_checkpoint) {
  Tampered rows(file);
  // Entries 14 to 20 are covered by nothing: cutting them off cannot be noticed, and the report
  // says so.
  for (std::int64_t left = 19; left >= 0; --left) {
    rows.run("DELETE FROM entries WHERE number > " + std::to_string(left));
    if (left < 13) {
      notices(left + 1, "cut after " + std::to_string(left), true);
    } else {
      const AuditReport report = audit_of(file, sample.latest);
      CHECK(!report.bad);
      LONGS_EQUAL(left, report.entries);
      LONGS_EQUAL(13, report.covered);
    }
  }
}

TEST(audit, a_history_written_anew_does_not_match_its_signatures) {
  // Somebody who changes entry 10 and computes every later hash anew, but has no key.
  Tampered rows(file);
  Bytes head = to_bytes(as_bytes(rows.text("SELECT hash FROM entries WHERE number = 9")));
  for (std::int64_t number = 10; number <= 20; ++number) {
    const auto field = [&](const char* column) {
      return rows.text("SELECT " + std::string(column) + " FROM entries" + where(number));
    };
    if (number == 10) {
      const Bytes salt(16, 1);
      const std::string body = R"({"document":"D-9"})";
      rows.run("UPDATE entries SET salt = x'" + to_hex(salt) + "', body = '" + body +
               "', content = x'" + to_hex(chain::content_hash(salt, body)) + "'" + where(10));
    }
    const chain::Link link{number, field("visit"), std::stoll(field("at_ms")), field("kind"),
                           to_bytes(as_bytes(field("content")))};
    head = chain::entry_hash(head, link);
    rows.run("UPDATE entries SET hash = x'" + to_hex(head) + "'" + where(number));
  }
  notices(14, "rewritten from entry 10");  // the checkpoint over 6-13
}

TEST(audit, another_kiosks_journal_is_noticed) {
  const P256PublicKey other = public_half(another_key());
  const P256PublicKey gateway = public_half(gateway_key());
  auto reader = journal::Reader::open(file);
  const auto report = journal::audit(**reader, {other, &gateway}, {});
  LONGS_EQUAL(6, report->bad->number);
  const P256PublicKey kiosk = public_half(kiosk_key());
  const auto without_gateway = journal::audit(**reader, {kiosk, &other}, {});
  LONGS_EQUAL(7, without_gateway->bad->number);
  CHECK(!journal::audit(**reader, {kiosk, nullptr}, {})->bad);
  // A checkpoint that somebody else made is not believed.
  CHECK(!journal::audit(**reader, {other, &gateway}, sample.latest).ok());
  CHECK(!journal::audit(**reader, {kiosk, &other}, sample.latest).ok());
}

TEST(audit, an_erasure_that_nobody_recorded_is_noticed) {
  Tampered rows(file);
  rows.run("UPDATE entries SET salt = NULL, body = NULL" + where(17));
  notices(17, "erased by hand");
}

TEST(audit, only_bodies_of_visits_can_be_erased) {
  Tampered rows(file);
  for (const std::int64_t number : {14, 8, 7, 6}) {  // checkpoint, erasure, countersignature ...
    rows.run("UPDATE entries SET salt = NULL, body = NULL" + where(number));
    notices(number, "erased " + std::to_string(number));
  }
}

TEST(audit, additions_to_the_file_are_noticed) {
  Tampered(file).run("CREATE TRIGGER quiet AFTER INSERT ON entries BEGIN SELECT 1; END");
  notices(0, "a trigger");
}

TEST(audit, a_journal_of_version_1_is_refused_and_kept) {
  Tampered(file).run("PRAGMA user_version = 1");
  SystemTimers timers;
  const Bytes before = *read_file(file);
  const auto opened = Journal::open(file, timers);
  CHECK_FALSE(opened.ok());
  CHECK(opened.error().what.find("keep it") != std::string::npos);
  CHECK_FALSE(journal::Reader::open(file).ok());
  LONGS_EQUAL(before.size(), read_file(file)->size());
}

TEST(audit, a_live_journal_is_audited_while_it_is_written) {
  VirtualTimers timers(std::chrono::sys_days(std::chrono::year(2027) / 3 / 1));
  auto live = Journal::open(file, timers, audited());
  write_visit(**live, "44444444-0000-4000-8000-000000000000");
  auto reader = journal::Reader::open(file);
  CHECK(reader.ok());
  CHECK((*live)->append("v", "began", "{}").ok());  // nobody waits for the reader
  LONGS_EQUAL(26, audit_of(file).entries);
}

TEST(audit, the_audit_leaves_no_file_behind) {
  CHECK(!audit_of(file).bad);
  long files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(file).parent_path()))
    ++files;
  LONGS_EQUAL(1, files);
}
