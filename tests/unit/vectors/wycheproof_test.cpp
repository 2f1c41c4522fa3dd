// Counting Wycheproof's tests: that a wrong answer of ours would be seen, and that nothing is
// passed over in silence.
#include "tools/vectors.d/wycheproof.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi::vectors {
namespace {

// RFC 4231, test case 2.
const std::string hmac_file =
    R"({"algorithm":"HMACSHA256","testGroups":[{"tagSize":256,"tests":[)"
    R"({"tcId":1,"comment":"","key":"4a656665",)"
    R"("msg":"7768617420646f2079612077616e7420666f72206e6f7468696e673f",)"
    R"("tag":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843","result":"valid"}]}]})";

WycheproofOutcome counted(const std::string& text) {
  const auto document = parse_document(as_bytes(text), Dialect::json);
  CHECK(document.ok());
  WycheproofOutcome outcome;
  const Status ran = run_wycheproof_file("file", *document, outcome);
  if (!ran) FAIL(ran.error().text().c_str());
  return outcome;
}

std::string with(std::string text, const std::string& part, const std::string& instead) {
  return text.replace(text.find(part), part.size(), instead);
}

Status status_of(const std::string& text) {
  const auto document = parse_document(as_bytes(text), Dialect::json);
  CHECK(document.ok());
  WycheproofOutcome outcome;
  return run_wycheproof_file("file", *document, outcome);
}

}  // namespace

TEST_GROUP(WycheproofFile){};

TEST(WycheproofFile, passed_and_failed) {
  const WycheproofOutcome good = counted(hmac_file);
  LONGS_EQUAL(1, good.passed);
  LONGS_EQUAL(0, report(good));
  const WycheproofOutcome wrong = counted(with(hmac_file, "\"valid\"", "\"invalid\""));
  LONGS_EQUAL(0, wrong.passed);
  LONGS_EQUAL(1, wrong.failed.size());
  LONGS_EQUAL(1, report(wrong));
  LONGS_EQUAL(1, counted(with(hmac_file, "5bdc", "5bdd")).failed.size());
}

TEST(WycheproofFile, every_skipped_test_has_a_reason) {
  const WycheproofOutcome other = counted(with(hmac_file, "HMACSHA256", "HMACSHA3-256"));
  LONGS_EQUAL(1, other.tests);
  LONGS_EQUAL(0, other.passed);
  LONGS_EQUAL(1, other.skipped.at("HMACSHA3-256: no wrapper, not used"));
  LONGS_EQUAL(1, counted(with(hmac_file, "\"valid\"", "\"acceptable\"")).skipped.size());
}

TEST(WycheproofFile, wrong_fields_are_named) {
  for (const auto& [part, instead, named] : std::vector<std::array<std::string, 3>>{
           {"\"tagSize\":256", "\"tagSize\":\"x\"", "testGroups[0].tagSize"},
           {"\"4a656665\"", "\"4a65666\"", "tests[0].key"},
           {"\"valid\"", "\"perhaps\"", "tests[0].result"},
           {"[{\"tcId\"", "[7,{\"tcId\"", "tests[0]"},
           {"\"HMACSHA256\"", "7", "algorithm"}}) {
    const Status status = status_of(with(hmac_file, part, instead));
    CHECK_TEXT(!status.ok(), part.c_str());
    STRCMP_CONTAINS(named.c_str(), status.error().what.c_str());
  }
}

TEST(WycheproofFile, signatures_in_their_one_right_form) {
  const auto of = [](const char* hex) { return r_and_s(*from_hex(hex)); };
  CHECK(of("3006020101020102").has_value());
  for (const char* wrong :
       {"", "30", "3006020101020102ff", "300702010102020002", "3006020181020102", "310602010102",
        "3081060201010201", "30060201010201"}) {
    CHECK_FALSE(of(wrong).has_value());
  }
}

}  // namespace madoguchi::vectors
