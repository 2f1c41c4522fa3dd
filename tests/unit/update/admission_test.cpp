#include "firmware/update/admission.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::update;

namespace {

const Running here{"madoguchi-pc", "1.9", 5};

std::string verdict(BundleInfo bundle, const Running& running = here) {
  const auto refusal = judge(bundle, running);
  return refusal ? std::string(codec::enum_name(*refusal)) : "welcome";
}

}  // namespace

// clang-format off
TEST_GROUP(Admission) {};
// clang-format on

TEST(Admission, newer_for_this_board_with_a_number_that_is_high_enough) {
  STRCMP_EQUAL("welcome", verdict({"madoguchi-pc", "1.10", 5}).c_str());
  STRCMP_EQUAL("welcome", verdict({"madoguchi-pc", "2", 6}).c_str());
}

TEST(Admission, refusals_name_their_reason) {
  STRCMP_EQUAL("wrong_board", verdict({"madoguchi-pi", "1.10", 5}).c_str());
  STRCMP_EQUAL("no_version", verdict({"madoguchi-pc", "new", 5}).c_str());
  STRCMP_EQUAL("no_version", verdict({"madoguchi-pc", "", 5}).c_str());
  STRCMP_EQUAL("same_version", verdict({"madoguchi-pc", "1.9.0", 5}).c_str());
  STRCMP_EQUAL("older_version", verdict({"madoguchi-pc", "1.8.7", 5}).c_str());
  STRCMP_EQUAL("rollback", verdict({"madoguchi-pc", "1.10", 4}).c_str());
  STRCMP_EQUAL("rollback", verdict({"madoguchi-pc", "1.8", 4}).c_str());
  STRCMP_EQUAL("rollback_unknown", verdict({"madoguchi-pc", "1.10", {}}).c_str());
}

TEST(Admission, without_a_counter_no_number_is_needed) {
  STRCMP_EQUAL("welcome",
               verdict({"madoguchi-pc", "1.10", {}}, {"madoguchi-pc", "1.9", 0}).c_str());
}

TEST(Admission, versions_are_numbers_not_letters) {
  CHECK_EQUAL(-1, *compare_versions("1.9", "1.10"));
  CHECK_EQUAL(0, *compare_versions("1.9", "1.9.0.0"));
  CHECK_EQUAL(0, *compare_versions("1.9-rc1", "1.9+4"));
  CHECK_EQUAL(1, *compare_versions("20261122.2", "20261122"));
  for (const char* wrong : {"", ".", "1.", ".1", "1..2", "1.a", " 1", "v1", "-1",
                            "1.2.3.4.5.6.7.8.9", "99999999999999999999999"})
    CHECK_TEXT(!compare_versions(wrong, "1"), wrong);
}

TEST(Admission, every_refusal_has_a_sentence) {
  for (const auto& [refusal, name] : enum_names(Refusal{}))
    CHECK_TEXT(sentence(refusal, {"a", "1", 1}, here).size() > 10, std::string(name).c_str());
}
