#include "firmware/payment/brand_rules.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::payment;
using enum InterruptedTap;

TEST_GROUP(BrandRules){void check(std::string_view written, std::string_view brand,
                                  InterruptedTap rule){const BrandRule found = rule_for(written);
CHECK_TRUE_TEXT(found.brand == brand, std::string(written).c_str());
CHECK_TRUE_TEXT(found.interrupted == rule, std::string(written).c_str());
}
}
;

TEST(BrandRules, every_brand_has_its_rule) {
  check("Edy", "Edy", open_until_confirmed);
  check("WAON", "WAON", open_until_confirmed);
  check("Suica", "交通系IC", open_until_confirmed);
  check("nanaco", "nanaco", sold_then_corrected);
  check("iD", "iD", not_sold);
  check("QUICPay", "QUICPay", not_sold);
}

TEST(BrandRules, spelling_of_terminals_does_not_matter) {
  check("Rakuten Edy", "Edy", open_until_confirmed);
  check("楽天Edy", "Edy", open_until_confirmed);
  check("waon", "WAON", open_until_confirmed);
  check("ICOCA", "交通系IC", open_until_confirmed);
  check("transit-IC", "交通系IC", open_until_confirmed);
  check("交通系IC", "交通系IC", open_until_confirmed);
  check("NANACO", "nanaco", sold_then_corrected);
  check("ID", "iD", not_sold);
  check("QUICPay+", "QUICPay", not_sold);
}

TEST(BrandRules, what_is_not_in_the_table_is_asked_of_the_terminal) {
  for (const char* brand :
       {"", "visa", "JCB", "PiTaPa", "PayPay", "Discover", "idd", "+", "WAON2"}) {
    check(brand, "", ask_terminal);
  }
}

TEST(BrandRules, every_row_is_found_by_its_own_name) {
  LONGS_EQUAL(6, brand_rules().size());
  for (const BrandRule& rule : brand_rules()) check(rule.brand, rule.brand, rule.interrupted);
}

TEST(BrandRules, keys) {
  STRCMP_EQUAL("brand.sold_then_corrected.names", brands_key(sold_then_corrected).c_str());
  STRCMP_EQUAL("brand.not_sold.means", meaning_key(not_sold).c_str());
}
