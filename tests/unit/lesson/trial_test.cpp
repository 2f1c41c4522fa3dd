#include "firmware/lesson/trial.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "firmware/lesson/keyboard.h"

using namespace madoguchi;
using namespace madoguchi::lesson;

namespace {

Exercise exercise(PracticeKind kind) {
  Exercise out;
  out.kind = kind;
  if (kind == PracticeKind::type) out.word = {{"ja", "さくら"}, {"en", "sakura"}};
  return out;
}

std::string feedback(const Trial& trial) {
  const Practice body = trial.body();
  return body.feedback ? body.feedback->key : "";
}

}  // namespace

TEST_GROUP(Trial){};

TEST(Trial, a_target_that_is_hit_shrinks_and_one_that_is_missed_grows) {
  Trial trial(exercise(PracticeKind::tap));
  const auto first = trial.body().target_mm;
  CHECK_TRUE(trial.press(Trial::target_id, "ja"));
  const auto second = trial.body().target_mm;
  CHECK(second < first);
  STRCMP_EQUAL("practice.tap.good", feedback(trial).c_str());
  CHECK_TRUE(trial.press("practice.slid_off", "ja"));
  CHECK(trial.body().target_mm > second);
  STRCMP_EQUAL("practice.tap.slid_off", feedback(trial).c_str());
  LONGS_EQUAL(1, trial.body().done);
}

TEST(Trial, whatever_is_missed_however_often_never_ends_it_and_never_leaves_the_field) {
  Trial trial(exercise(PracticeKind::tap));
  for (int i = 0; i < 100; ++i) CHECK_TRUE(trial.press("practice.too_long", "ja"));
  CHECK_FALSE(trial.complete());
  CHECK(trial.body().target_mm <= 60);
  for (int i = 0; i < 3; ++i) trial.press(Trial::target_id, "ja");
  CHECK_TRUE(trial.complete());
  CHECK_FALSE(trial.body().target.has_value());
  STRCMP_EQUAL("practice.all_done", feedback(trial).c_str());
}

TEST(Trial, only_misses_that_this_practice_knows) {
  Trial trial(exercise(PracticeKind::swipe));
  CHECK_TRUE(trial.press("practice.crooked", "ja"));
  CHECK_FALSE(trial.press("practice.twice", "ja"));
  CHECK_FALSE(trial.press("next", "ja"));
  for (const Control& miss : trial.body().misses) CHECK_TRUE(trial.press(miss.id, "ja"));
}

TEST(Trial, a_word_in_the_language_of_the_moment) {
  for (const char* language : {"ja", "en"}) {
    Trial trial(exercise(PracticeKind::type));
    const std::string word = exercise(PracticeKind::type).word.at(language);
    for (const std::string& letter : letters_of(word, language)) {
      CHECK_FALSE(trial.complete());
      CHECK_TRUE(trial.press("key." + letter, language));
    }
    CHECK_TRUE(trial.complete());
  }
}

TEST(Trial, a_wrong_letter_is_said_kindly_and_can_be_erased) {
  Trial trial(exercise(PracticeKind::type));
  trial.press("key.さ", "ja");
  STRCMP_EQUAL("practice.type.good", feedback(trial).c_str());
  trial.press("key.る", "ja");
  STRCMP_EQUAL("practice.type.other", feedback(trial).c_str());
  trial.press("key.erase", "ja");
  STRCMP_EQUAL("さ", trial.body().typed.literal.c_str());
  STRCMP_EQUAL("practice.type.good", feedback(trial).c_str());
  CHECK_TRUE(trial.body().typed.is_private);
}

TEST(Trial, somebody_who_only_presses_keys_reaches_no_end_of_memory) {
  Trial trial(exercise(PracticeKind::type));
  for (int i = 0; i < 1000; ++i) trial.press("key.あ", "ja");
  CHECK(trial.body().typed.literal.size() < 64);
  CHECK_FALSE(trial.complete());
}

TEST(Trial, keys_do_not_lie_on_each_other) {
  for (const Keyboard& keyboard : keyboards()) {
    for (std::size_t i = 0; i < keyboard.keys.size(); ++i) {
      const Key& a = keyboard.keys[i];
      CHECK(a.column >= 0 && a.column + a.width <= 20);
      for (std::size_t j = i + 1; j < keyboard.keys.size(); ++j) {
        const Key& b = keyboard.keys[j];
        const bool apart =
            a.row != b.row || a.column + a.width <= b.column || b.column + b.width <= a.column;
        CHECK_TRUE_TEXT(apart, (a.control.id + " " + b.control.id).c_str());
      }
    }
  }
}
