#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <cairo.h>

#include "tests/unit/ui/test_fonts.h"
#include "ui/text/line_breaks.h"
#include "ui/text/name_glyphs.h"
#include "ui/text/text_block.h"

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

std::string marked(std::string_view text, BreakRule rule = BreakRule::phrase) {
  std::string out;
  std::size_t start = 0;
  for (const std::size_t end : line_break_offsets(text, "ja", rule)) {
    if (start > 0) out += '|';
    out += text.substr(start, end - start);
    start = end;
  }
  return out;
}

std::string lines_of(const TextBlock& block) {
  std::string out;
  for (std::size_t i = 0; i < block.lines(); ++i) out += (i ? "/" : "") + block.line_text(i);
  return out;
}

/// The pixels of a text, black on white.
std::vector<unsigned char> pixels_of(const TextBlock& block) {
  constexpr int width = 400;
  constexpr int height = 200;
  cairo_surface_t* const surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
  cairo_t* const canvas = cairo_create(surface);
  block.draw(canvas, 4, 4, colour::black);
  cairo_destroy(canvas);
  cairo_surface_flush(surface);
  const unsigned char* const data = cairo_image_surface_get_data(surface);
  std::vector<unsigned char> out(data, data + cairo_image_surface_get_stride(surface) * height);
  cairo_surface_destroy(surface);
  return out;
}

const std::string base_with_its_own_sequence = "葛󠄂";      // U+E0102, in IPAmj
const std::string base_with_another_own_sequence = "葛󠄃";  // U+E0103, in IPAmj
const std::string base_with_a_foreign_sequence = "葛󠄀";    // U+E0100, Adobe-Japan1: not in IPAmj

}  // namespace

TEST_GROUP(LineBreaks){};

TEST(LineBreaks, phrases_stay_whole) {
  STRCMP_EQUAL("マイナンバーカードを|置いてください",
               marked("マイナンバーカードを置いてください").c_str());
  STRCMP_EQUAL("カードと|証明書を|お取りください",
               marked("カードと証明書をお取りください").c_str());
  STRCMP_EQUAL("お支払いは|発生していません。", marked("お支払いは発生していません。").c_str());
  STRCMP_EQUAL("暗証番号|（利用者証明用）が|必要です。",
               marked("暗証番号（利用者証明用）が必要です。").c_str());
  STRCMP_EQUAL("入力できるのは、|あと1回です", marked("入力できるのは、あと1回です").c_str());
  STRCMP_EQUAL("読み取り機に、|カードを", marked("読み取り機に、カードを").c_str());
}

TEST(LineBreaks, words_part_compounds_but_no_polite_ending) {
  STRCMP_EQUAL("所得・|課税|証明書", marked("所得・課税証明書", BreakRule::word).c_str());
  STRCMP_EQUAL("お|選び|ください", marked("お選びください", BreakRule::word).c_str());
}

TEST(LineBreaks, kinsoku_holds_wherever_a_line_may_end) {
  const std::string text = "「住民票」、または（印鑑）。ちょっとキャッシュー・ゃゅょっ々ぁ！";
  const std::string never_first = "、。」）・ゃゅょっャッュー々ぁ！";
  for (const BreakRule rule : {BreakRule::phrase, BreakRule::word, BreakRule::strict}) {
    for (const std::size_t offset : line_break_offsets(text, "ja", rule)) {
      if (offset == text.size()) continue;
      CHECK_TEXT(never_first.find(text.substr(offset, 3)) == std::string::npos,
                 text.c_str() + offset);
      CHECK(!text.substr(0, offset).ends_with("「") && !text.substr(0, offset).ends_with("（"));
    }
  }
}

TEST(LineBreaks, offsets_ascend_and_end_with_the_text_even_for_odd_input) {
  for (const std::string text :
       {"", "お", "ご", "おごお", "ください", "\xf0\x9f\x98\x80", "あと", "a b"}) {
    for (const BreakRule rule : {BreakRule::phrase, BreakRule::word, BreakRule::strict}) {
      const auto offsets = line_break_offsets(text, "ja", rule);
      CHECK(!offsets.empty() && offsets.back() == text.size());
      for (std::size_t i = 1; i < offsets.size(); ++i) CHECK(offsets[i - 1] < offsets[i]);
    }
  }
}

TEST_GROUP(TextBlock){};

TEST(TextBlock, lines_end_between_phrases) {
  const TextBlock block(test_fonts(), "マイナンバーカードを置いてください", {.size = 40}, 12 * 40);
  STRCMP_EQUAL("マイナンバーカードを/置いてください", lines_of(block).c_str());
  CHECK(block.fits());
}

TEST(TextBlock, a_phrase_wider_than_a_line_breaks_between_words) {
  const TextBlock block(test_fonts(), "印鑑登録証明書", {.size = 40}, 5 * 40);
  STRCMP_EQUAL("印鑑登録/証明書", lines_of(block).c_str());
  CHECK(block.fits());
}

TEST(TextBlock, a_word_wider_than_a_line_does_not_fit_but_is_drawn_whole) {
  const TextBlock block(test_fonts(), "Constantinopoulos", {.size = 40, .language = "en"}, 100);
  CHECK_FALSE(block.fits());
  CHECK(block.lines() > 1);
  CHECK(block.ink_width() <= 101);
}

TEST(TextBlock, the_pitch_is_the_same_whatever_font_a_glyph_falls_back_to) {
  const TextStyle style{.size = 40};
  const TextBlock plain(test_fonts(), "住民票", style, 400);
  const TextBlock fallback(test_fonts(), "한국어 简体", style, 400);
  DOUBLES_EQUAL(plain.height(), fallback.height(), 0.01);
  DOUBLES_EQUAL(40 * style.pitch, plain.height(), 0.01);
}

TEST(TextBlock, balanced_lines_are_about_equally_long) {
  const std::string text = "Please take your card and the certificate with you";
  const TextBlock greedy(test_fonts(), text, {.size = 40, .language = "en"}, 700);
  const TextBlock balanced(test_fonts(), text, {.size = 40, .balanced = true, .language = "en"},
                           700);
  LONGS_EQUAL(greedy.lines(), balanced.lines());
  CHECK(balanced.ink_width() < greedy.ink_width());
}

TEST(TextBlock, nothing_has_no_lines) {
  const TextBlock block(test_fonts(), "", {}, 100);
  LONGS_EQUAL(0, block.lines());
  CHECK(block.fits());
}

TEST_GROUP(Names){};

TEST(Names, the_fonts_own_sequences_are_drawn_and_differ) {
  CHECK(check_name(test_fonts(), base_with_its_own_sequence + "城").complete);
  const TextStyle style{.size = 120, .face = Face::name};
  const auto one = pixels_of({test_fonts(), base_with_its_own_sequence, style, 300});
  const auto other = pixels_of({test_fonts(), base_with_another_own_sequence, style, 300});
  const auto plain = pixels_of({test_fonts(), "葛", style, 300});
  CHECK(one != other);
  CHECK(one != plain || other != plain);
}

TEST(Names, a_sequence_that_the_font_does_not_know_fails_closed) {
  const CheckedName name = check_name(test_fonts(), base_with_a_foreign_sequence + "城　花子");
  CHECK_FALSE(name.complete);
  STRCMP_EQUAL("〓城　花子", name.text.c_str());
}

TEST(Names, a_selector_alone_and_broken_text_fail_closed) {
  CHECK_FALSE(check_name(test_fonts(), base_with_its_own_sequence.substr(3)).complete);
  CHECK_FALSE(check_name(test_fonts(), "\xe8\x91").complete);
}

TEST(Names, rare_characters_and_foreign_names_are_drawable) {
  for (const char* name : {"髙橋", "𠮷田", "山﨑", "ALEXANDRA WINTERBOTTOM"}) {
    const CheckedName checked = check_name(test_fonts(), name);
    CHECK_TEXT(checked.complete, name);
    STRCMP_EQUAL(name, checked.text.c_str());
  }
}

TEST_GROUP(Fonts){};

TEST(Fonts, a_missing_configuration_is_an_error) {
  const auto fonts = Fonts::load("/nonexistent/fonts.conf");
  CHECK_FALSE(fonts.ok());
  CHECK(fonts.error().code == Errc::not_found);
}
