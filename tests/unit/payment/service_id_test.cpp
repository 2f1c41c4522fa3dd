#include "firmware/payment/service_id.h"

#include <cctype>
#include <set>

#include <CppUTest/TestHarness.h>

using madoguchi::payment::make_service_id;

TEST_GROUP(service_id){};

TEST(service_id, ten_letters_and_digits) {
  const std::string id = make_service_id();
  LONGS_EQUAL(10, id.size());
  for (const char c : id)
    CHECK(std::isdigit(static_cast<unsigned char>(c)) || (c >= 'A' && c <= 'Z'));
}

TEST(service_id, does_not_repeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 5000; ++i) CHECK(seen.insert(make_service_id()).second);
}
