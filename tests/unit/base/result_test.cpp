#include "firmware/base/result.h"

#include <memory>
#include <set>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(Result){};

TEST(Result, holds_a_value_or_an_error) {
  const Result<int> good = 7;
  CHECK(good.ok());
  CHECK(static_cast<bool>(good));
  LONGS_EQUAL(7, *good);
  const Result<int> bad = Error{Errc::timeout, "card.transmit", "no answer"};
  CHECK_FALSE(bad.ok());
  CHECK(bad.error().code == Errc::timeout);
  STRCMP_EQUAL("card.transmit: no answer (timeout)", bad.error().text().c_str());
}

TEST(Result, moves_what_cannot_be_copied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(result);
  LONGS_EQUAL(5, *taken);
  LONGS_EQUAL(2, Result<std::vector<int>>(std::vector<int>{1, 2})->size());
}

TEST(Result, value_or) {
  LONGS_EQUAL(3, Result<int>(3).value_or(9));
  LONGS_EQUAL(9, Result<int>(Error{Errc::io, "a", "b"}).value_or(9));
}

TEST(Result, status) {
  CHECK(Status{}.ok());
  const Status bad = Error{Errc::full, "journal", "no space"};
  CHECK_FALSE(bad.ok());
  CHECK(bad.error().code == Errc::full);
}

TEST(Result, every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::integrity); ++code) {
    names.insert(name_of(static_cast<Errc>(code)));
  }
  LONGS_EQUAL(static_cast<int>(Errc::integrity) + 1, names.size());
  STRCMP_EQUAL("cancelled", std::string(name_of(Errc::cancelled)).c_str());
  STRCMP_EQUAL("integrity", std::string(name_of(Errc::integrity)).c_str());
}

}  // namespace madoguchi
