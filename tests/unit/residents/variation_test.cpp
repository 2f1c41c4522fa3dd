#include "tools/gateway/residents/variation.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::gateway;

TEST_GROUP(Variation){};

TEST(Variation, maps_the_two_shapes_of_tsuji) {
  STRCMP_EQUAL("辻\U000E0102本", with_moji_joho_sequences("辻\U000E0100本").c_str());
  STRCMP_EQUAL("辻\U000E0103辻\U000E0102",
               with_moji_joho_sequences("辻\U000E0101辻\U000E0100").c_str());
}

TEST(Variation, leaves_what_it_is_not_sure_of) {
  STRCMP_EQUAL("葛\U000E0100城", with_moji_joho_sequences("葛\U000E0100城").c_str());
  STRCMP_EQUAL("渡邊\U000E0101", with_moji_joho_sequences("渡邊\U000E0101").c_str());
}

TEST(Variation, leaves_moji_joho_sequences_and_plain_text) {
  STRCMP_EQUAL("辻\U000E0102 葛\U000E0102",
               with_moji_joho_sequences("辻\U000E0102 葛\U000E0102").c_str());
  STRCMP_EQUAL("", with_moji_joho_sequences("").c_str());
}
