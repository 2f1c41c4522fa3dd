// The program as a maintainer uses it: what it prints, and its exit code.

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/base/timers.h"
#include "firmware/visit/records.h"
#include "tests/child_process.h"
#include "tests/shell_command.h"
#include "tests/unit/journal/sample_journal.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

// The public halves of the sample's keys, made by OpenSSL.
constexpr std::string_view kiosk_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9LoXsuPp6dCIjicL1rAH1nh0ktww\n"
    "XuHVraT+smgMeuwgpiH80LffI2nOwAlziWBAhxo55X3WfqgVeKXm2qPvGA==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view gateway_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE501ebafV9XmsytDvJj4zRJt+LREs\n"
    "jwUxDiuejLUTDpZzVGM1ao/Z51CrBctQ0p2Y25WRXr6dtS3KUH6av8rd7w==\n"
    "-----END PUBLIC KEY-----\n";

Said kioskctl(const std::string& arguments) {
  return said_by(ChildProcess::program("kioskctl") + " " + arguments + " 2>&1");
}

}  // namespace

TEST_GROUP(kioskctl) {
  OwnFolder folder;
  Sample sample = write_sample(folder.path("journal.sqlite"));
  std::string verify = "audit verify --journal " + sample.file;

  void setup() override {
    CHECK(write_file(folder.path("kiosk.pem"), as_bytes(kiosk_public)).ok());
    CHECK(write_file(folder.path("gateway.pem"), as_bytes(gateway_public)).ok());
    CHECK(write_file(folder.path("latest.json"), encode(sample.latest, Dialect::json)).ok());
    verify += " --kiosk-key " + folder.path("kiosk.pem");
  }
  static void says(const std::string& arguments, int code, const char* text) {
    const Said said = kioskctl(arguments);
    STRCMP_CONTAINS(text, said.text.c_str());
    LONGS_EQUAL_TEXT(code, said.code, said.text.c_str());
  }
};

TEST(kioskctl, says_that_a_journal_is_right) {
  const std::string all = verify + " --gateway-key " + folder.path("gateway.pem") + " --expect " +
                          folder.path("latest.json");
  says(all, 0, "ok: 20 entries, 2 checkpoints, 2 countersigned, 5 erased\n");
  says(all, 0, "not covered by a countersigned checkpoint: entries 14-20\n");
  says(verify, 0, "unchecked: no --gateway-key");
}

TEST(kioskctl, names_the_first_bad_entry) {
  // Somebody changes one letter on the disk.
  Bytes content = *read_file(sample.file);
  std::string text = as_text(content);
  const std::size_t at = text.find(R"("state":"paying","transaction":"D-1")");
  CHECK(at != std::string::npos);
  text[at + 9] = 'P';
  CHECK(write_file(sample.file, as_bytes(text)).ok());
  const Said said = kioskctl(verify);
  LONGS_EQUAL(1, said.code);
  STRCMP_CONTAINS("bad: entry ", said.text.c_str());
  STRCMP_CONTAINS("was changed: its content is not what was written", said.text.c_str());
  CHECK(write_file(sample.file, as_bytes("no database")).ok());
  says(verify, 1, "bad: the file: ");
}

TEST(kioskctl, wrong_use_is_one_line_and_2) {
  says("audit verify --journal " + sample.file, 2, "--kiosk-key is required");
  says(verify + "x", 2, "File does not exist");
  says("audit verify --journal " + sample.file + " --kiosk-key " + sample.file, 2,
       "not a public key");
  says(verify + " --expect " + folder.path("kiosk.pem"), 2, "kiosk.pem");
  says("", 2, "subcommand");
  says("--help", 0, "audit");
  says("audit verify --help", 0, "--expect");
  says("journal show --help", 0, "UUID");
}

TEST(kioskctl, shows_visits) {
  says("journal visits --journal " + sample.file, 0, "11111111-0000-4000-8000-000000000000");
  says("journal visits --journal " + sample.file, 0, R"({"outcome":"issued"})");
  says("journal show 33333333-0000-4000-8000-000000000000 --journal " + sample.file, 0,
       R"(charge     {"state":"charged","transaction":"D-1"})");
  says("journal show 11111111-0000-4000-8000-000000000000 --journal " + sample.file, 0, "(erased)");
  says("journal show nobody --journal " + sample.file, 2, "no visit nobody");
}

TEST(kioskctl, tickets_of_a_journal_without_any) {
  says("tickets --journal " + sample.file, 0, "No tickets for staff.\n");
  says("tickets --json --journal " + sample.file, 0, "[]\n");
  says("tickets", 2, "--journal is required");
  says("tickets --lang fr --journal " + sample.file, 2, "--lang");
  says("tickets --help", 0, "--json");
}

TEST(kioskctl, tickets_tell_who_does_what_with_which_number) {
  const std::string file = folder.path("tickets.sqlite");
  {
    SystemTimers timers;
    auto journal = Journal::open(file, timers);
    CHECK(journal.ok());
    payment::ChargeRecord charge;
    charge.state = payment::State::unresolved;
    charge.payment_service_id = "PAY0000001";
    charge.reversal_service_id = "REV0000001";
    charge.why_unresolved = payment::Unresolved::reversal_refused;
    CHECK((*journal)->append("visit-1", "began", visit::Began{"certificate"}).ok());
    CHECK((*journal)->append("visit-1", "charge", charge).ok());
    const visit::Ticket sale{api::Concern::sale_unresolved, "K7QM-3T9D-XA2P", "PAY0000001"};
    CHECK((*journal)->append("visit-1", "ticket", sale).ok());
    CHECK((*journal)->append("visit-1", "ended", visit::Ended{"unresolved"}).ok());
    CHECK((*journal)->append("visit-2", "began", visit::Began{"certificate"}).ok());
    const visit::Ticket paper{api::Concern::paper_unknown, "AAAA-BBBB-CCCC", "PAY0000002"};
    CHECK((*journal)->append("visit-2", "ticket", paper).ok());
  }
  const Said english = kioskctl("tickets --journal " + file);
  LONGS_EQUAL_TEXT(0, english.code, english.text.c_str());
  for (const char* part :
       {"1. The outcome of a payment is unknown\n", "   Visit: visit-1\n",
        "   Certificate no.: K7QM-3T9D-XA2P\n", "   Payment no.: REV0000001\n",
        "   Who: Accounting\n", "The terminal refused the cancellation.", "the visit has ended",
        "2. Whether a certificate was printed is unknown\n", "   Payment no.: PAY0000002\n",
        "   Who: Staff at the window\n", "the visit has not ended"}) {
    STRCMP_CONTAINS(part, english.text.c_str());
  }
  says("tickets --lang ja --journal " + file, 0, "担当: 会計担当");
  const Said json = kioskctl("tickets --json --journal " + file);
  const Json read = Json::parse(json.text);
  LONGS_EQUAL(2, read.size());
  STRCMP_EQUAL("REV0000001", read[0]["reference"].get<std::string>().c_str());
  STRCMP_EQUAL("todo.reversal_refused", read[0]["todo"].get<std::string>().c_str());
  STRCMP_EQUAL("paper_unknown", read[1]["concern"].get<std::string>().c_str());
  CHECK_FALSE(read[1]["visit_ended"].get<bool>());
}
