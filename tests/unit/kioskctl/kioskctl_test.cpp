// The program as a maintainer uses it: what it prints, and its exit code.

#include <array>
#include <cstdio>

#include <CppUTest/TestHarness.h>
#include <sys/wait.h>

#include "firmware/base/file.h"
#include "tests/child_process.h"
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

struct Said {
  std::string text;
  int code = -1;
};

Said kioskctl(const std::string& arguments) {
  Said said;
  std::FILE* pipe =
      popen((ChildProcess::program("kioskctl") + " " + arguments + " 2>&1").c_str(), "r");
  std::array<char, 4096> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe))
    said.text.append(block.data(), got);
  const int status = pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return said;
}

}  // namespace

TEST_GROUP(kioskctl) {
  Folder folder;
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
