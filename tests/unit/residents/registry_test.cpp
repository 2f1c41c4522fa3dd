#include "tools/gateway/residents/registry.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

const std::string hash_a(64, 'a');

/// The smallest record that the format takes, as JSON to be changed by a test.
Json minimal(const std::string& id) {
  return {{"id", id},
          {"name", "豊中　太郎"},
          {"kana", "トヨナカ　タロウ"},
          {"birth", "1985-04-12"},
          {"sex", "male"},
          {"address", "豊中市待兼台一丁目2番3号"}};
}

Result<Registry> read(const std::vector<Json>& people) {
  return Registry::parse(as_bytes(Json(people).dump()), "r.json");
}

void check_refused(const std::vector<Json>& people, const std::string& where,
                   const std::string& what) {
  const auto registry = read(people);
  CHECK_FALSE(registry.ok());
  STRCMP_EQUAL(where.c_str(), registry.error().where.c_str());
  STRCMP_CONTAINS(what.c_str(), registry.error().what.c_str());
}

Json with(Json record, const std::string& key, Json value) {
  record[key] = std::move(value);
  return record;
}

}  // namespace

TEST_GROUP(Registry){};

TEST(Registry, takes_the_minimal_record) {
  const auto registry = read({minimal("a")});
  CHECK_TRUE(registry.ok());
  const auto* resident = registry->by_id("a");
  CHECK(resident != nullptr);
  STRCMP_EQUAL("豊中　太郎", resident->name.c_str());
  CHECK_FALSE(resident->auth_certificate_sha256.has_value());
  LONGS_EQUAL(1, registry->household_of(*resident).size());
  POINTERS_EQUAL(resident, &registry->head_of(*resident));
  POINTERS_EQUAL(nullptr, registry->family_register_of(*resident));
  POINTERS_EQUAL(nullptr, registry->by_id("b"));
}

TEST(Registry, null_means_absent) {
  const auto registry =
      read({with(with(minimal("a"), "auth_certificate_sha256", nullptr), "seal", nullptr)});
  CHECK_TRUE(registry.ok());
}

TEST(Registry, finds_the_holder_of_a_card) {
  const auto registry = read({minimal("a"), with(minimal("b"), "auth_certificate_sha256", hash_a)});
  CHECK_TRUE(registry.ok());
  const Bytes hash(32, 0xaa);
  CHECK(registry->by_certificate(hash) != nullptr);
  STRCMP_EQUAL("b", registry->by_certificate(hash)->id.c_str());
  POINTERS_EQUAL(nullptr, registry->by_certificate(Bytes(32, 0xab)));
  POINTERS_EQUAL(nullptr, registry->by_certificate({}));
}

TEST(Registry, people_without_a_household_are_alone) {
  const auto registry = read({minimal("a"), minimal("b")});
  CHECK_TRUE(registry.ok());
  LONGS_EQUAL(1, registry->household_of(*registry->by_id("b")).size());
}

TEST(Registry, household_keeps_the_order_and_leaves_out_who_is_gone) {
  auto head = with(with(minimal("a"), "household", "h"), "relationship", "世帯主");
  auto dead = with(with(with(minimal("b"), "household", "h"), "relationship", "妻"), "deceased",
                   {{"date", "2026-01-05"}});
  auto child = with(with(minimal("c"), "household", "h"), "relationship", "子");
  const auto registry = read({head, dead, child});
  CHECK_TRUE(registry.ok());
  const auto household = registry->household_of(*registry->by_id("c"));
  LONGS_EQUAL(2, household.size());
  STRCMP_EQUAL("a", household[0]->id.c_str());
  STRCMP_EQUAL("c", household[1]->id.c_str());
  STRCMP_EQUAL("a", registry->head_of(*registry->by_id("c")).id.c_str());
  LONGS_EQUAL(1, registry->household_of(*registry->by_id("b")).size());
}

TEST(Registry, maps_adobe_japan1_sequences) {
  const auto registry = read({with(minimal("a"), "name", "辻\U000E0100　花")});
  STRCMP_EQUAL("辻\U000E0102　花", registry->by_id("a")->name.c_str());
}

TEST(Registry, shares_a_family_register) {
  const Json family = {{"domicile", {{"address", "豊中市"}, {"head", "豊中　太郎"}}},
                       {"matters", Json::array()},
                       {"members", Json::array()}};
  const std::vector<Json> people = {with(minimal("a"), "family_register", family),
                                    with(minimal("b"), "family_register_with", "a")};
  const auto registry = read(people);
  CHECK_TRUE(registry.ok());
  POINTERS_EQUAL(registry->family_register_of(*registry->by_id("a")),
                 registry->family_register_of(*registry->by_id("b")));
  check_refused({with(minimal("b"), "family_register_with", "a")}, "r.json#/0/family_register_with",
                "nobody");
}

TEST(Registry, refuses_a_missing_field) {
  auto record = minimal("a");
  record.erase("birth");
  check_refused({minimal("b"), record}, "r.json#/1/birth", "missing");
}

TEST(Registry, refuses_what_is_no_list_and_entries_that_are_no_object) {
  const auto object = Registry::parse(as_bytes("{}"), "r.json");
  STRCMP_CONTAINS("is not a list", object.error().what.c_str());
  check_refused({1}, "r.json#/0", "object");
}

TEST(Registry, refuses_broken_json_and_broken_utf8) {
  CHECK_FALSE(Registry::parse(as_bytes("[{"), "r.json").ok());
  std::string text = Json(Json::array({minimal("a")})).dump();
  text.replace(text.find("太"), 3, "\xff\xfe\xfd");
  CHECK_FALSE(Registry::parse(as_bytes(text), "r.json").ok());
}

TEST(Registry, refuses_dates_that_do_not_exist) {
  check_refused({with(minimal("a"), "birth", "1985-02-30")}, "r.json#/0/birth",
                "a day that exists");
  check_refused({with(minimal("a"), "birth", 19850412)}, "r.json#/0/birth", "not text");
}

TEST(Registry, refuses_events_before_the_birth) {
  check_refused({with(minimal("a"), "resident_since", "1980-01-01")}, "r.json#/0/resident_since",
                "before the birth");
}

TEST(Registry, refuses_unknown_fields_at_any_depth) {
  check_refused({with(minimal("a"), "my_number", "123456789012")}, "r.json#/0/my_number",
                "not a field");
  const Json seal = {
      {"number", "1"}, {"registered", "2020-01-01"}, {"engraving", "豊"}, {"colour", "red"}};
  check_refused({with(minimal("a"), "seal", seal)}, "r.json#/0/seal/colour", "not a field");
}

TEST(Registry, refuses_duplicates) {
  check_refused({minimal("a"), minimal("a")}, "r.json#/1/id", "entry 0");
  check_refused({with(minimal("a"), "auth_certificate_sha256", hash_a),
                 with(minimal("b"), "auth_certificate_sha256", std::string(64, 'A'))},
                "r.json#/1/auth_certificate_sha256", "entry 0");
}

TEST(Registry, refuses_hashes_of_the_wrong_length) {
  check_refused({with(minimal("a"), "auth_certificate_sha256", "abcd")},
                "r.json#/0/auth_certificate_sha256", "64 hex digits");
}

TEST(Registry, refuses_households_without_a_head_or_with_two_addresses) {
  const auto member = [](const char* id) { return with(minimal(id), "household", "h"); };
  check_refused({member("a"), member("b")}, "r.json#/0/household", "世帯主");
  check_refused({with(member("a"), "relationship", "世帯主"),
                 with(member("b"), "address", "豊中市別の町1番1号")},
                "r.json#/1/address", "one address");
}

TEST(Registry, refuses_empty_texts_and_line_breaks) {
  check_refused({with(minimal("a"), "name", "")}, "r.json#/0/name", "empty");
  check_refused({with(minimal("a"), "address", "豊中市\n")}, "r.json#/0/address", "line break");
}

TEST(Registry, refuses_a_tax_year_twice) {
  const Json year = {{"year", 2026},
                     {"revenue", Json::array()},
                     {"income", Json::array()},
                     {"deductions", Json::array()},
                     {"dependents", 0},
                     {"taxable_yen", 0},
                     {"city_income_yen", 0},
                     {"city_flat_yen", 0},
                     {"prefecture_income_yen", 0},
                     {"prefecture_flat_yen", 0},
                     {"forest_yen", 0}};
  check_refused({with(minimal("a"), "tax", {year, year})}, "r.json#/0/tax/1/year", "twice");
  auto negative = year;
  negative["forest_yen"] = -1;
  check_refused({with(minimal("a"), "tax", {negative})}, "r.json#/0/tax/0", "negative");
}

TEST(Registry, errors_hold_no_personal_data) {
  const auto registry = read({with(minimal("a"), "birth", "待兼　花子")});
  CHECK_TRUE(registry.error().text().find("待兼") == std::string::npos);
}

TEST(Registry, says_which_file_is_missing) {
  const auto registry = Registry::load("/nonexistent/residents.json");
  CHECK_FALSE(registry.ok());
  CHECK_TRUE(registry.error().code == Errc::not_found);
  STRCMP_CONTAINS("/nonexistent/residents.json", registry.error().text().c_str());
}
