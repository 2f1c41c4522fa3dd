#include "ui/strings/catalogue.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>

#include "firmware/base/log.h"
#include "ui/strings/catalogue_data.h"

namespace madoguchi::ui {
namespace {

constexpr std::string_view reference_language = "ja";

icu::UnicodeString to_icu(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::optional<std::string_view> find_in(const CatalogueLanguage& catalogue, std::string_view key) {
  const auto found = std::ranges::lower_bound(catalogue.entries, key, {}, &CatalogueEntry::key);
  if (found == catalogue.entries.end() || found->key != key) return std::nullopt;
  return found->pattern;
}

/// The arguments of a pattern; true for those that it formats as numbers.
std::map<std::string, bool> arguments_of(const icu::MessagePattern& pattern) {
  std::map<std::string, bool> out;
  for (std::int32_t i = 0; i < pattern.countParts(); ++i) {
    const auto& part = pattern.getPart(i);
    if (part.getType() != UMSGPAT_PART_TYPE_ARG_START) continue;
    std::string name;
    pattern.getSubstring(pattern.getPart(i + 1)).toUTF8String(name);
    const auto type = part.getArgType();
    // compile.py allows one simple type: number.
    out[name] = type != UMSGPAT_ARG_TYPE_NONE && type != UMSGPAT_ARG_TYPE_SELECT;
  }
  return out;
}

/// Nothing when the pattern, a number or an argument is wrong.
std::optional<std::string> format(std::string_view pattern_text,
                                  const std::map<std::string, std::string>& args,
                                  std::string_view language) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString source = to_icu(pattern_text);
  const icu::MessagePattern pattern(source, nullptr, status);
  if (U_FAILURE(status)) return std::nullopt;
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& [name, is_number] : arguments_of(pattern)) {
    const auto given = args.find(name);
    if (given == args.end()) return std::nullopt;
    names.push_back(to_icu(name));
    if (!is_number) {
      values.emplace_back(to_icu(given->second));
      continue;
    }
    std::int64_t number = 0;
    const char* const end = given->second.data() + given->second.size();
    const auto [stop, error] = std::from_chars(given->second.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    values.emplace_back(number);
  }
  const icu::MessageFormat message(source, icu::Locale(std::string(language).c_str()), status);
  icu::UnicodeString out;
  message.format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), out, status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string utf8;
  return out.toUTF8String(utf8);
}

}  // namespace

std::optional<std::string_view> find_pattern(std::string_view key, std::string_view language) {
  const auto catalogues = compiled_catalogue();
  for (const CatalogueLanguage& catalogue : catalogues) {
    if (catalogue.language != language) continue;
    if (const auto pattern = find_in(catalogue, key)) return pattern;
  }
  return find_in(catalogues.front(), key);
}

namespace {

std::string words_in(const std::map<std::string, std::string>& words, std::string_view language) {
  for (const std::string_view each : {language, reference_language}) {
    if (const auto found = words.find(std::string(each)); found != words.end())
      return found->second;
  }
  return words.empty() ? std::string() : words.begin()->second;
}

}  // namespace

std::string render(const Text& text, std::string_view language) {
  if (text.words) return words_in(*text.words, language);
  if (text.key.empty()) return text.literal;
  const auto pattern = find_pattern(text.key, language);
  if (!pattern) {
    log_event(Event::ui_event, {{"what", "unknown_text"}, {"key", text.key}});
    return text.key;
  }
  if (pattern->find_first_of("{'") == std::string_view::npos) return std::string(*pattern);
  if (auto words = format(*pattern, text.args, language)) return *std::move(words);
  log_event(Event::ui_event, {{"what", "text_arguments"}, {"key", text.key}});
  return text.key;
}

}  // namespace madoguchi::ui
