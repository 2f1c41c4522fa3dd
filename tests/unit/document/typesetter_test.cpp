#include "tools/gateway/document/typesetter.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi::gateway;

namespace {

const Typesetter& typesetter() {
  const auto result = Typesetter::of_this_thread();
  if (!result) FAIL(result.error().text().c_str());
  return **result;
}

void check_accepts(const char* text) {
  const auto missing = typesetter().missing(Face::mincho, text);
  STRCMP_EQUAL("", missing.value_or("").c_str());
}

void check_refuses(const char* text, const char* what) {
  const auto missing = typesetter().missing(Face::mincho, text);
  STRCMP_EQUAL(what, missing.value_or("").c_str());
}

}  // namespace

TEST_GROUP(Typesetter){};

TEST(Typesetter, accepts_the_names_that_the_font_has) {
  check_accepts("葛\U000E0102城　健一");
  check_accepts("辻\U000E0102辻\U000E0103 髙﨑𠮷");
  check_accepts("渡邊\U000E0109渡邉\U000E0110齋\U000E0103");
  check_accepts("WIJAYAKULATHILAKA BANDARA-O'NEILL");
  check_accepts("カツラギ　ケンイチ々〆ー・（）");
}

TEST(Typesetter, refuses_sequences_of_another_collection) {
  check_refuses("葛\U000E0100城", "葛\U000E0100");
  check_refuses("辻\U000E0100", "辻\U000E0100");
}

TEST(Typesetter, refuses_selectors_that_the_font_does_not_know_for_the_character) {
  check_refuses("田\U000E0109中", "田\U000E0109");
  check_refuses("葛\uFE00", "葛\uFE00");
  check_refuses("\U000E0102城", "\U000E0102");
  check_refuses("葛\U000E0102\U000E0102", "\U000E0102");
}

TEST(Typesetter, refuses_characters_of_no_japanese_register) {
  check_refuses("山田\U0001F600", "\U0001F600");
  check_refuses("محمد", "م");
}

TEST(Typesetter, refuses_what_is_no_text) {
  check_refuses("\xff\xfe", "\xff\xfe");
  check_refuses("山\u202E田", "\u202E");
}

TEST(Typesetter, prefers_the_wished_size) {
  const auto size =
      typesetter().fit("葛\U000E0102城　健一", {Face::mincho, 13, 90, Align::left}, 8);
  DOUBLES_EQUAL(13, *size, 0.01);
}

TEST(Typesetter, shrinks_only_as_far_as_it_must) {
  const std::string name = "WIJAYAKULATHILAKA RATHNAYAKE MUDIYANSELAGE NIMAL CHANDRASIRI BANDARA";
  const Setting setting{Face::mincho, 13, 90, Align::left};
  const auto size = typesetter().fit(name, setting, 9);
  CHECK_TRUE(size.has_value());
  CHECK_TRUE(*size >= 6 && *size < 13);
  Setting larger = setting;
  larger.size = *size + 0.5;
  CHECK_TRUE(typesetter().measure(name, larger).height > 9);
}

TEST(Typesetter, gives_up_below_six_points) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "WIJAYAKULATHILAKA ";
  CHECK_FALSE(typesetter().fit(name, {Face::mincho, 13, 90, Align::left}, 9).has_value());
}
