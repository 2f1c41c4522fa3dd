#include "ui/text/line_breaks.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <map>
#include <memory>
#include <string>

namespace madoguchi::ui {
namespace {

/// Making an iterator reads ICU's dictionary, so each thread keeps one a language.
icu::BreakIterator* iterator_for(std::string_view language) {
  thread_local std::map<std::string, std::unique_ptr<icu::BreakIterator>, std::less<>> iterators;
  if (const auto found = iterators.find(language); found != iterators.end()) {
    return found->second.get();
  }
  UErrorCode status = U_ZERO_ERROR;
  const std::string name = language == "ja" ? "ja@lw=phrase" : std::string(language);
  std::unique_ptr<icu::BreakIterator> made(
      icu::BreakIterator::createLineInstance(icu::Locale(name.c_str()), status));
  if (U_FAILURE(status)) made.reset();
  return iterators.emplace(language, std::move(made)).first->second.get();
}

}  // namespace

std::vector<std::size_t> line_break_offsets(std::string_view text, std::string_view language) {
  std::vector<std::size_t> offsets;
  icu::BreakIterator* const iterator = iterator_for(language);
  UErrorCode status = U_ZERO_ERROR;
  UText* const utf8 =
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
  if (iterator && U_SUCCESS(status)) {
    iterator->setText(utf8, status);
    iterator->first();
    for (std::int32_t at = iterator->next(); at != icu::BreakIterator::DONE; at = iterator->next()) {
      offsets.push_back(static_cast<std::size_t>(at));  // a UText of UTF-8 counts in bytes
    }
  }
  utext_close(utf8);
  if (offsets.empty() || offsets.back() != text.size()) offsets.push_back(text.size());
  return offsets;
}

}  // namespace madoguchi::ui
