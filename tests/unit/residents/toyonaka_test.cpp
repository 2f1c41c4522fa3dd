// The shipped city: it imports, and it has the people whom the other tests and the demonstration
// need.
#include <algorithm>
#include <functional>

#include <CppUTest/TestHarness.h>

#include "tools/gateway/residents/entitlement.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using api::Refusal;

namespace {

constexpr Date today(2026, 11, 22);

const Registry& city() {
  static const auto registry = Registry::load(std::string(MADOGUCHI_SOURCE_DIR) +
                                              "/tools/gateway/residents/toyonaka-fictional.json");
  if (!registry) FAIL(registry.error().text().c_str());
  return *registry;
}

std::vector<const Resident*> everybody() {
  std::vector<const Resident*> all;
  for (int i = 1; i <= 50; ++i) {
    char id[20];
    std::snprintf(id, sizeof id, "toyonaka-%04d", i);
    if (const auto* resident = city().by_id(id)) all.push_back(resident);
  }
  return all;
}

int count(const std::function<bool(const Resident&)>& is) {
  const auto all = everybody();
  return int(std::count_if(all.begin(), all.end(),
                           [&](const Resident* resident) { return is(*resident); }));
}

int refused(Refusal refusal) {
  return count(
      [=](const Resident& resident) { return refusal_of(city(), resident, today) == refusal; });
}

}  // namespace

TEST_GROUP(Toyonaka){};

TEST(Toyonaka, has_fifty_people_and_no_card_yet) {
  LONGS_EQUAL(50, city().size());
  LONGS_EQUAL(50, everybody().size());
  LONGS_EQUAL(0, count([](const Resident& resident) {
                return resident.auth_certificate_sha256.has_value();
              }));
}

TEST(Toyonaka, has_somebody_for_every_refusal) {
  CHECK_TRUE(refused(Refusal::protected_person) > 0);
  CHECK_TRUE(refused(Refusal::moved_out) > 0);
  CHECK_TRUE(refused(Refusal::deceased) > 0);
  CHECK_TRUE(refused(Refusal::under_age) > 0);
}

TEST(Toyonaka, has_households_of_one_to_six) {
  for (std::size_t size = 1; size <= 6; ++size) {
    CHECK_TRUE(count([=](const Resident& resident) {
                 return city().household_of(resident).size() == size;
               }) > 0);
  }
}

TEST(Toyonaka, has_the_names_that_kiosks_get_wrong) {
  for (const auto* part :
       {"葛\U000E0102", "葛\U000E0100", "辻\U000E0102", "髙", "﨑", "𠮷", "榊\U000E0102"}) {
    CHECK_TRUE(count([=](const Resident& resident) {
                 return resident.name.find(part) != std::string::npos;
               }) > 0);
  }
}

TEST(Toyonaka, has_foreign_residents_with_and_without_an_alias) {
  CHECK_TRUE(count([](const Resident& resident) {
               return resident.foreign && resident.foreign->alias;
             }) > 0);
  CHECK_TRUE(count([](const Resident& resident) {
               return resident.foreign && resident.name.size() > 70;
             }) > 0);
}
