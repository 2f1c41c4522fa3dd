#include "firmware/lesson/lesson_file.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::lesson;

namespace {

/// A lesson without a mistake, line by line.
const std::vector<std::string> good = {
    "topic = 'cashless'",                                                     // 1
    "minutes = 5",                                                            // 2
    "title = { ja = '払い方', en = 'Paying' }",                               // 3
    "about = { ja = '現金なし', en = 'No cash' }",                            // 4
    "[[step]]",                                                               // 5
    "picture = 'terminal'",                                                   // 6
    "title = { ja = '当てる', en = 'Touch' }",                                // 7
    "text.ja = ['当てます。', '待ちます。']",                                 // 8
    "text.en = ['Touch it.', 'Wait.']",                                       // 9
    "[step.check]",                                                           // 10
    "question = { ja = 'いつ', en = 'When' }",                                // 11
    "hint = { ja = '音です。', en = 'The sound.' }",                          // 12
    "[[step.check.answer]]",                                                  // 13
    "ja = 'すぐ'",                                                            // 14
    "en = 'At once'",                                                         // 15
    "[[step.check.answer]]",                                                  // 16
    "ja = '音のあと'",                                                        // 17
    "en = 'After the sound'",                                                 // 18
    "right = true",                                                           // 19
    "[[step]]",                                                               // 20
    "picture = 'terminal'",                                                   // 21
    "title = { ja = '打つ', en = 'Type' }",                                   // 22
    "text = { ja = '打ちます。', en = 'Type it.' }",                          // 23
    "practice = { kind = 'type', word = { ja = 'さくら', en = 'sakura' } }",  // 24
    "[[can]]",                                                                // 25
    "ja = '払えます'",                                                        // 26
    "en = 'I can pay'",                                                       // 27
    "[[remember]]",                                                           // 28
    "ja = 'い'",                                                              // 29
    "en = 'a'",                                                               // 30
    "[[remember]]",                                                           // 31
    "ja = 'ろ'",                                                              // 32
    "en = 'b'",                                                               // 33
    "[[remember]]",                                                           // 34
    "ja = 'は'",                                                              // 35
    "en = 'c'",                                                               // 36
};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& each : lines) out += each + "\n";
  return out;
}

/// The good lesson with one line (from 1) replaced.
Read with(std::size_t line, const std::string& text) {
  auto lines = good;
  lines.at(line - 1) = text;
  return read_lesson(joined(lines), "x.toml");
}

/// Exactly one finding, there, with these words in both languages.
void finds(const Read& read, int line, const char* ja, const char* en) {
  std::string all;
  for (const Finding& each : read.findings) all += told(each, "x", "en") + "\n";
  CHECK_EQUAL_TEXT(std::size_t{1}, read.findings.size(), all.c_str());
  LONGS_EQUAL_TEXT(line, read.findings.front().line, all.c_str());
  STRCMP_CONTAINS(ja, told(read.findings.front(), "x.toml", "ja").c_str());
  STRCMP_CONTAINS(en, told(read.findings.front(), "x.toml", "en").c_str());
}

}  // namespace

TEST_GROUP(LessonFile){};

TEST(LessonFile, reads_what_is_written) {
  const Read read = read_lesson(joined(good), "x.toml");
  CHECK_TRUE(read.findings.empty());
  CHECK_TRUE(read.lesson.topic == desk::HelpTopic::cashless);
  LONGS_EQUAL(5, read.lesson.minutes);
  LONGS_EQUAL(2, read.lesson.steps.size());
  const Step& first = read.lesson.steps[0];
  LONGS_EQUAL(5, first.line);
  STRCMP_EQUAL("待ちます。", first.text[1].at("ja").c_str());
  STRCMP_EQUAL("Wait.", first.text[1].at("en").c_str());
  CHECK_TRUE(first.check->answers[1].right);
  CHECK_TRUE(read.lesson.steps[1].practice->kind == PracticeKind::type);
  LONGS_EQUAL(3, read.lesson.remember.size());
}

TEST(LessonFile, missing_english) {
  finds(with(3, "title = { ja = '払い方' }"), 3, "英語（en）がありません",
        "English (en) is missing");
}

TEST(LessonFile, missing_english_of_a_sentence) {
  finds(with(9, ""), 8, "英語（en）がありません", "English (en) is missing");
}

TEST(LessonFile, unknown_topic) {
  finds(with(1, "topic = 'pots'"), 1, "「pots」というトピックはありません", "no topic \"pots\"");
}

TEST(LessonFile, unknown_entry) {
  finds(with(2, "minutes = 5\ncolour = 'red'"), 3, "「colour」という項目はありません",
        "no entry \"colour\"");
}

TEST(LessonFile, three_sentences) {
  finds(with(8, "text.ja = ['い。', 'ろ。', 'は。']"), 8, "1つか2つ", "one or two sentences");
}

TEST(LessonFile, one_sentence_more_in_japanese) {
  finds(with(9, "text.en = ['Touch it.']"), 9, "文の数をそろえて", "as many sentences");
}

TEST(LessonFile, too_long) {
  const std::string title(23 * 3, 'x');
  finds(with(7, "title = { ja = '一二三四五六七八九十一二三四五六七八九十一二三', en = 'Touch' }"),
        7, "22文字までに短く", "shorten it to 22");
}

TEST(LessonFile, no_right_answer) { finds(with(19, ""), 10, "正しい答え", "exactly one answer"); }

TEST(LessonFile, two_right_answers) {
  finds(with(15, "en = 'At once'\nright = true"), 10, "1つだけ", "exactly one answer");
}

TEST(LessonFile, a_word_that_cannot_be_typed) {
  finds(with(24, "practice = { kind = 'type', word = { ja = 'がっこう', en = 'school' } }"), 24,
        "「がっこう」は練習のキーボードで打てません", "cannot be typed");
}

TEST(LessonFile, unknown_practice) {
  finds(with(24, "practice = { kind = 'pinch' }"), 24, "tap、hold、swipe、type",
        "tap, hold, swipe or type");
}

TEST(LessonFile, no_check_and_no_practice) {
  auto lines = good;
  lines.erase(lines.begin() + 9, lines.begin() + 19);
  std::erase_if(lines, [](const std::string& each) { return each.starts_with("practice"); });
  finds(read_lesson(joined(lines), "x.toml"), 1, "たしかめ（check）か練習",
        "a check or a practice");
}

TEST(LessonFile, two_reminders) {
  auto lines = good;
  lines.resize(33);
  finds(read_lesson(joined(lines), "x.toml"), 28, "[[remember]]は3個",
        "[[remember]] must be there 3 times");
}

TEST(LessonFile, all_mistakes_at_once_in_the_order_of_the_lines) {
  auto lines = good;
  lines[0] = "topic = 'pots'";
  lines[8] = "";
  lines[18] = "";
  const Read read = read_lesson(joined(lines), "x.toml");
  LONGS_EQUAL(3, read.findings.size());
  CHECK_TRUE(std::ranges::is_sorted(read.findings, {}, &Finding::line));
}

TEST(LessonFile, a_missing_quotation_mark_is_told_with_its_line) {
  finds(with(2, "minutes = \"5"), 2, "閉じ忘れ", "missing quotation mark");
}

TEST(LessonFile, bytes_that_are_no_text) {
  finds(read_lesson("topic = '\xff'", "x.toml"), 0, "UTF-8", "UTF-8");
}
