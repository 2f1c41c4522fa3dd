#include "ui/text/line_breaks.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

namespace madoguchi::ui {
namespace {

/// Making an iterator reads ICU's dictionary, so each thread keeps one a locale.
icu::BreakIterator* iterator_for(const std::string& locale) {
  thread_local std::map<std::string, std::unique_ptr<icu::BreakIterator>> iterators;
  if (const auto found = iterators.find(locale); found != iterators.end())
    return found->second.get();
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> made(
      icu::BreakIterator::createLineInstance(icu::Locale(locale.c_str()), status));
  if (U_FAILURE(status)) made.reset();
  return iterators.emplace(locale, std::move(made)).first->second.get();
}

std::vector<std::size_t> icu_offsets(std::string_view text, const std::string& locale) {
  std::vector<std::size_t> offsets;
  icu::BreakIterator* const iterator = iterator_for(locale);
  UErrorCode status = U_ZERO_ERROR;
  UText* const utf8 =
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (iterator && U_SUCCESS(status)) {
    iterator->setText(utf8, status);
    iterator->first();
    for (std::int32_t at = iterator->next(); at != icu::BreakIterator::DONE;
         at = iterator->next()) {
      offsets.push_back(static_cast<std::size_t>(at));  // a UText of UTF-8 counts in bytes
    }
  }
  utext_close(utf8);
  if (offsets.empty() || offsets.back() != text.size()) offsets.push_back(text.size());
  return offsets;
}

// ---- Japanese phrases ----

const std::string strict_japanese = "ja@lb=strict";

enum class Letter { hiragana, stop, space, closing, opening, digit, other };

Letter letter_of(UChar32 c) {
  switch (u_charType(c)) {
    case U_START_PUNCTUATION:
    case U_INITIAL_PUNCTUATION:
      return Letter::opening;
    case U_END_PUNCTUATION:
    case U_FINAL_PUNCTUATION:
      return Letter::closing;
    case U_DECIMAL_DIGIT_NUMBER:
      return Letter::digit;
    case U_SPACE_SEPARATOR:
      return Letter::space;
    case U_OTHER_PUNCTUATION:
      return Letter::stop;
    default:
      break;
  }
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(c, &status) == USCRIPT_HIRAGANA ? Letter::hiragana : Letter::other;
}

UChar32 letter_before(std::string_view text, std::size_t offset) {
  auto at = static_cast<std::int32_t>(offset);
  UChar32 c = 0;
  if (at > 0) U8_PREV(text.data(), 0, at, c);
  return c;
}
UChar32 letter_after(std::string_view text, std::size_t offset) {
  auto at = static_cast<std::int32_t>(offset);
  const auto size = static_cast<std::int32_t>(text.size());
  UChar32 c = 0;
  if (at < size) U8_NEXT(text.data(), at, size, c);
  return c;
}

constexpr std::u32string_view honorifics = U"おご";
// After these a phrase may be over even when the next one is written in hiragana.
constexpr std::u32string_view particles = U"をはにがでともへの";
// 読み|取る, 置き|直す, 取り|機: the stem of a verb in front of kanji is one word with it.
constexpr std::u32string_view stems = U"みきりちびぎしひ";

bool one_of(UChar32 c, std::u32string_view letters) {
  return letters.find(static_cast<char32_t>(c)) != letters.npos;
}

/// ICU's phrases where kinsoku allows them, with the breaks that its dictionary puts inside a
/// polite ending moved in front of the ending.
std::vector<std::size_t> japanese_words(std::string_view text) {
  std::vector<std::size_t> offsets;
  const auto allowed = icu_offsets(text, strict_japanese);
  for (std::size_t offset : icu_offsets(text, "ja@lw=phrase")) {
    if (!std::ranges::binary_search(allowed, offset)) continue;
    const auto falls_between = [&](std::string_view left, std::string_view right) {
      return text.substr(0, offset).ends_with(left) && text.substr(offset).starts_with(right);
    };
    for (const auto& [left, right] : {std::pair<std::string_view, std::string_view>{"くだ", "さい"},
                                      {"ござ", "い"},
                                      {"か", "もしれ"},
                                      {"かも", "しれ"}}) {
      if (falls_between(left, right)) offset -= left.size();
    }
    if (offset > 0 && (offsets.empty() || offset > offsets.back())) offsets.push_back(offset);
  }
  return offsets;
}

/// Whether a new phrase begins at this offset, of which ICU says that a word does.
bool begins_phrase(std::string_view text, std::size_t offset) {
  const UChar32 last = letter_before(text, offset);
  const UChar32 next = letter_after(text, offset);
  const bool next_is_hiragana = letter_of(next) == Letter::hiragana;
  switch (letter_of(last)) {
    case Letter::stop:
      return true;
    case Letter::space:
    case Letter::closing:
      return !next_is_hiragana;
    case Letter::hiragana:
      if (letter_of(next) == Letter::digit)
        return !text.substr(0, offset).ends_with("あと");  // あと1回
      if (!next_is_hiragana) return !one_of(last, stems);
      return one_of(last, particles) && !text.substr(offset).starts_with("くだ");  // 選んでください
    default:
      return letter_of(next) == Letter::opening || one_of(next, honorifics);
  }
}

std::vector<std::size_t> japanese_phrases(std::string_view text) {
  std::vector<std::size_t> offsets;
  std::size_t start = 0;
  for (std::size_t offset : japanese_words(text)) {
    // 証明書をお|取り: the honorific belongs to what follows.
    if (offset < text.size() && one_of(letter_before(text, offset), honorifics)) {
      offset -= static_cast<std::size_t>(U8_LENGTH(letter_before(text, offset)));
    }
    if (offset <= start) continue;
    if (offset < text.size() && !begins_phrase(text, offset)) continue;
    offsets.push_back(offset);
    start = offset;
  }
  return offsets;
}

}  // namespace

std::vector<std::size_t> line_break_offsets(std::string_view text, std::string_view language,
                                            BreakRule rule) {
  if (text.empty()) return {0};
  if (language != "ja") return icu_offsets(text, std::string(language));
  switch (rule) {
    case BreakRule::phrase:
      return japanese_phrases(text);
    case BreakRule::word:
      return japanese_words(text);
    case BreakRule::strict:
      break;
  }
  return icu_offsets(text, strict_japanese);
}

}  // namespace madoguchi::ui
