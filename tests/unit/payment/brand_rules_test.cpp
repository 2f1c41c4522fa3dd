#include "firmware/payment/brand_rules.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"

using namespace madoguchi;
using namespace madoguchi::payment;

TEST_GROUP(brand_rules){};

TEST(brand_rules, each_brand_by_the_names_that_terminals_use) {
  using enum InterruptedTap;
  for (const char* brand : {"Edy", "RAKUTEN EDY", "楽天Edy", "WAON", "waon", "交通系", "交通系IC",
                            "交通系電子マネー", "TRANSIT_IC", "Kitaca", "Suica", "pasmo", "TOICA",
                            "manaca", "ICOCA", "SUGOCA", "nimoca", "Hayakaken", "はやかけん"}) {
    CHECK_TEXT(interrupted_tap_rule(brand) == no_sale_until_retouch, brand);
  }
  CHECK(interrupted_tap_rule("nanaco") == sold_and_corrected_later);
  for (const char* brand : {"iD", "ID", "QUICPay", "QUICPay+", "QuicPay"}) {
    CHECK_TEXT(interrupted_tap_rule(brand) == no_sale, brand);
  }
}

TEST(brand_rules, nobody_guesses_for_a_brand_without_a_rule) {
  for (const char* brand : {"", "VISA", "Mastercard", "PayPay", "Ed", "Edyy", "nanaco2"}) {
    CHECK_TEXT(interrupted_tap_rule(brand) == InterruptedTap::status_decides, brand);
  }
}

TEST(brand_rules, every_rule_has_its_words_in_both_languages) {
  for (const char* language : {"ja", "en"}) {
    const auto catalogue =
        read_file(std::string(MADOGUCHI_SOURCE_DIR "/ui/strings/") + language + ".po");
    CHECK(catalogue.ok());
    for (const auto& [rule, name] : enum_names(InterruptedTap{})) {
      for (const std::string& key : {slip_key(rule), brands_key(rule), meaning_key(rule)})
        STRCMP_CONTAINS(("msgid \"" + key + "\"").c_str(), as_text(*catalogue).c_str());
    }
  }
}
