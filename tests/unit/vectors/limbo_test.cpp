// Reading limbo.json, which others wrote, and counting.
#include "tools/vectors.d/limbo.h"

#include <CppUTest/TestHarness.h>

#include "tools/vectors.d/vector_file.h"

namespace madoguchi::vectors {
namespace {

const std::string pem = "-----BEGIN CERTIFICATE-----\\nAQID\\n-----END CERTIFICATE-----\\n";

std::string testcase(const std::string& more) {
  return R"({"id":"a::b","validation_kind":"SERVER","trusted_certs":[],)"
         R"("untrusted_intermediates":[],"peer_certificate":")" +
         pem +
         R"(","expected_result":"FAILURE","validation_time":null,)"
         R"("expected_peer_name":{"kind":"DNS","value":"example.com"})" +
         more + "}";
}

Result<std::vector<LimboCase>> read(const std::string& text) {
  const auto document = parse_document(as_bytes(text), Dialect::json);
  if (!document) return document.error();
  return read_limbo(*document);
}
Result<std::vector<LimboCase>> read_case(const std::string& text) {
  return read(R"({"version":1,"testcases":[)" + text + "]}");
}

void wrong(const Result<std::vector<LimboCase>>& result, const char* what) {
  CHECK_FALSE(result.ok());
  STRCMP_CONTAINS(what, result.error().text().c_str());
}

std::string without(std::string text, const std::string& part, const std::string& instead) {
  const auto at = text.find(part);
  CHECK(at != std::string::npos);
  return text.replace(at, part.size(), instead);
}

}  // namespace

TEST_GROUP(LimboFile){};

TEST(LimboFile, a_testcase) {
  const auto cases = read_case(
      testcase(R"(,"max_chain_depth":3,"features":null,"crls":[],"signature_algorithms":[])"));
  CHECK(cases.ok());
  LONGS_EQUAL(1, cases->size());
  const LimboCase& one = cases->at(0);
  STRCMP_EQUAL("a::b", one.id.c_str());
  CHECK(one.leaf == Bytes({1, 2, 3}));
  CHECK_FALSE(one.accepted);
  CHECK_FALSE(one.time.has_value());
  LONGS_EQUAL(3, *one.most_intermediates);
  STRCMP_EQUAL("example.com", one.name->value.c_str());
}

TEST(LimboFile, times) {
  const auto at = [](const char* text) {
    return read_case(without(testcase(""), "\"validation_time\":null",
                             "\"validation_time\":\"" + std::string(text) + "\""));
  };
  const auto expected = std::chrono::system_clock::from_time_t(1'700'000'000);
  for (const char* text : {"2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00",
                           "2023-11-14T22:13:20", "2023-11-14T22:13:20.123Z"}) {
    const auto cases = at(text);
    CHECK(cases.ok());
    CHECK(*cases->at(0).time == expected);
  }
  for (const char* text :
       {"", "yesterday", "2023-11-14", "2023-11-14T22:13:20+09:00", "9999-01-01T00:00:00Z"}) {
    wrong(at(text), "testcases[0].validation_time is not a time");
  }
}

TEST(LimboFile, what_is_not_limbo) {
  wrong(read("[]"), "is not an object");
  wrong(read("{}"), "testcases is missing");
  wrong(read(R"({"testcases":{}})"), "testcases is not a list");
  wrong(read(R"({"version":2,"testcases":[]})"), "version is not 1");
  wrong(read_case("7"), "testcases[0] is not an object");
  wrong(read_case("{}"), "testcases[0].id");
  const std::string good = testcase("");
  wrong(read_case(good + "," + without(good, "SERVER", "PEER")),
        "testcases[1].validation_kind is not known");
  wrong(read_case(without(good, "FAILURE", "MAYBE")), "expected_result is not known");
  wrong(read_case(without(good, "AQID", "A")), "peer_certificate is not PEM");
  wrong(read_case(without(good, "\"trusted_certs\":[]", "\"trusted_certs\":[1]")),
        "trusted_certs holds something that is not PEM");
  wrong(read_case(without(good, R"({"kind":"DNS","value":"example.com"})", "{}")),
        "expected_peer_name is no name");
  wrong(read_case(testcase(R"(,"max_chain_depth":"deep")")), "max_chain_depth is not a whole");
  CHECK_FALSE(read(std::string(100, '[')).ok());
}

TEST(LimboFile, cases_that_are_not_for_a_kiosk_are_counted_apart) {
  const std::string good = testcase("");
  const std::string name = R"({"kind":"DNS","value":"example.com"})";
  const auto cases = read_case(
      good + "," + without(good, "SERVER", "CLIENT") + "," + without(good, name, "null") + "," +
      without(good, "\"DNS\"", "\"RFC822\"") + "," + without(good, "FAILURE", "SUCCESS"));
  CHECK(cases.ok());
  const LimboOutcome outcome = run_limbo(*cases);
  LONGS_EQUAL(5, outcome.cases);
  LONGS_EQUAL(1, outcome.agree);
  LONGS_EQUAL(0, outcome.false_accepts.size());
  LONGS_EQUAL(1, outcome.false_rejects.size());
  LONGS_EQUAL(3, outcome.skipped.size());
  STRCMP_CONTAINS("client", outcome.skipped[0].why.c_str());
}

TEST(LimboFile, the_exit_code_hangs_on_what_is_documented) {
  const Documented none = read_documented("");
  const Documented some = read_documented(
      "# x\n### False accepts\n\n| id | why |\n|---|---|\n| `a::b` | because |\n"
      "### False rejects\n| `c::d` | narrower |\n## Else\n| `e::f` | no |\n");
  LONGS_EQUAL(1, some.false_accepts.size());
  LONGS_EQUAL(1, some.false_rejects.size());
  LimboOutcome outcome;
  outcome.false_rejects = {{"c::d", "x"}};
  LONGS_EQUAL(0, report(outcome, none, false));
  LONGS_EQUAL(1, report(outcome, none, true));
  LONGS_EQUAL(0, report(outcome, some, true));
  outcome.false_accepts = {{"a::b", ""}};
  LONGS_EQUAL(1, report(outcome, none, false));
  LONGS_EQUAL(0, report(outcome, some, false));
  outcome.false_accepts.push_back({"e::f", ""});
  LONGS_EQUAL(1, report(outcome, some, false));
}

}  // namespace madoguchi::vectors
