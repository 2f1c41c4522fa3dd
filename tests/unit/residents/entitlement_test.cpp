#include "tools/gateway/residents/entitlement.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;
using api::Kind;
using api::Refusal;

namespace {

constexpr Date today(2026, 11, 22);

Json minimal(const std::string& id) {
  return {{"id", id},
          {"name", "豊中　太郎"},
          {"kana", "トヨナカ　タロウ"},
          {"birth", "1985-04-12"},
          {"sex", "male"},
          {"address", "豊中市待兼台一丁目2番3号"}};
}
Json with(Json record, const std::string& key, Json value) {
  record[key] = std::move(value);
  return record;
}
Registry read(const std::vector<Json>& people) {
  auto registry = Registry::parse(as_bytes(Json(people).dump()), "r.json");
  if (!registry) FAIL(registry.error().text().c_str());
  return std::move(*registry);
}
std::optional<Refusal> refusal(const Json& record) {
  const auto registry = read({record});
  return refusal_of(registry, *registry.by_id("a"), today);
}
bool has(const Entitlement& entitlement, const std::string& option) {
  return std::find(entitlement.options.begin(), entitlement.options.end(), option) !=
         entitlement.options.end();
}

}  // namespace

TEST_GROUP(Entitlement){};

TEST(Entitlement, a_minimal_resident_gets_what_needs_no_more) {
  const auto registry = read({minimal("a")});
  const auto all = entitlements_of(registry, *registry.by_id("a"), today);
  LONGS_EQUAL(6, all.size());
  for (const auto& entitlement : all) {
    const bool simple =
        entitlement.kind == Kind::residence || entitlement.kind == Kind::residence_matter;
    CHECK_EQUAL(simple, !entitlement.unavailable.has_value());
    if (!simple) CHECK(*entitlement.unavailable == Refusal::not_available);
  }
  CHECK_FALSE(has(all[0], "persons"));
  CHECK_TRUE(has(all[0], "relationship"));
  CHECK_FALSE(has(all[0], "domicile"));
}

TEST(Entitlement, refuses_who_must_come_to_the_window) {
  CHECK_FALSE(refusal(minimal("a")).has_value());
  CHECK(refusal(with(minimal("a"), "protected", true)) == Refusal::protected_person);
  CHECK(refusal(with(minimal("a"), "moved_out", {{"date", "2026-03-31"}, {"to", "奈良県"}})) ==
        Refusal::moved_out);
  CHECK(refusal(with(minimal("a"), "deceased", {{"date", "2026-03-31"}})) == Refusal::deceased);
}

TEST(Entitlement, the_fifteenth_birthday_counts) {
  CHECK_FALSE(refusal(with(minimal("a"), "birth", "2011-11-22")).has_value());
  CHECK(refusal(with(minimal("a"), "birth", "2011-11-23")) == Refusal::under_age);
}

TEST(Entitlement, a_protected_member_protects_the_household) {
  const auto member = [](const char* id, const char* as) {
    return with(with(minimal(id), "household", "h"), "relationship", as);
  };
  const auto registry = read({member("a", "世帯主"), with(member("b", "子"), "protected", true)});
  const auto all = entitlements_of(registry, *registry.by_id("a"), today);
  for (const auto& entitlement : all) {
    CHECK(entitlement.unavailable == Refusal::protected_person);
    CHECK_TRUE(entitlement.options.empty());
  }
}

TEST(Entitlement, tax_years_come_newest_first) {
  const auto year = [](int number) {
    return Json{{"year", number},
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
  };
  const auto registry = read({with(minimal("a"), "tax", {year(2024), year(2026), year(2025)})});
  const auto all = entitlements_of(registry, *registry.by_id("a"), today);
  CHECK_FALSE(all[3].unavailable.has_value());
  CHECK(all[3].years == (std::vector<std::int32_t>{2026, 2025, 2024}));
  CHECK_TRUE(has(all[3], "year"));
}
