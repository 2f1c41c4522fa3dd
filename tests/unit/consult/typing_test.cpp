#include "firmware/consult/typing.h"

#include <set>

#include <CppUTest/TestHarness.h>

#include "firmware/message/consult_api.h"

using namespace madoguchi;
using namespace madoguchi::consult;

namespace {

std::string typed(std::initializer_list<const char*> keys) {
  Line line;
  for (const char* key : keys) (void)line.press(key);
  return line.text();
}

}  // namespace

TEST_GROUP(typing){};

TEST(typing, no_two_keys_in_one_place_and_no_two_of_one_name) {
  for (const Keyboard& keyboard : keyboards()) {
    std::set<std::string> names;
    std::set<std::pair<int, int>> places;
    for (const Key& key : keyboard.keys) {
      CHECK(names.insert(key.control.id).second);
      CHECK(key.column >= 0 && key.column + key.width <= 20);
      for (int half = 0; half < key.width; ++half)
        CHECK(places.insert({key.row, key.column + half}).second);
    }
    CHECK(names.contains(std::string(end_of_line)));
  }
}

TEST(typing, letters_become_their_other_form_and_back) {
  STRCMP_EQUAL("がっこう",
               typed({"key.か", "key.voiced", "key.つ", "key.small", "key.こ", "key.う"}).c_str());
  STRCMP_EQUAL("ぱ", typed({"key.は", "key.half_voiced"}).c_str());
  STRCMP_EQUAL("は", typed({"key.は", "key.voiced", "key.voiced"}).c_str());
  STRCMP_EQUAL("ん", typed({"key.ん", "key.voiced"}).c_str());
  STRCMP_EQUAL("", typed({"key.voiced", "key.erase"}).c_str());
}

TEST(typing, words_in_english) {
  STRCMP_EQUAL("a b", typed({"key.a", "key.space", "key.b", "key.c", "key.erase"}).c_str());
}

TEST(typing, a_line_has_its_end) {
  Line line;
  for (std::size_t i = 0; i < most_typed; ++i) CHECK_TRUE(line.press("key.あ"));
  CHECK_FALSE(line.press("key.い"));
  CHECK_FALSE(line.press("microphone"));
  CHECK_FALSE(line.press(end_of_line));
  LONGS_EQUAL(most_typed * 3, line.text().size());
}

TEST(typing, outside_words_are_cut_and_cleaned) {
  STRCMP_EQUAL("あいう", first_characters("あ\nい\x1bう", 3).c_str());
  STRCMP_EQUAL("あい…", first_characters("あいうえ", 3).c_str());
  STRCMP_EQUAL("…うえ", last_characters("あいうえ", 3).c_str());
}
