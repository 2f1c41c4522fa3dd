#include "firmware/lesson/keyboard.h"

#include <algorithm>

namespace madoguchi::lesson {
namespace {

constexpr int half_keys = 20;  // of a row

/// A row of letters; a space leaves a place empty.
struct Row {
  std::string_view letters;
  int first = 0;  ///< half a key
};

constexpr Row fifty_sounds[] = {{"あかさたなはまやらわ"},
                                {"いきしちにひみ りを"},
                                {"うくすつぬふむゆるん"},
                                {"えけせてねへめ れー"},
                                {"おこそとのほもよろ"}};
constexpr Row qwerty[] = {{"qwertyuiop"}, {"asdfghjkl", 1}, {"zxcvbnm", 2}};

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (!continues || out.empty()) out.emplace_back();
    out.back() += c;
  }
  return out;
}

Control letter(const char* language, const std::string& text) {
  Control key;
  key.id = std::string(key_prefix) + text;
  key.role = Role::letter;
  key.label = written({{language, text}});
  return key;
}

Keyboard keyboard(const char* language, std::span<const Row> rows) {
  Keyboard out{language, {}};
  int number = 0;
  int end = 0;
  for (const Row& row : rows) {
    int column = row.first;
    for (const std::string& each : characters(row.letters)) {
      if (each != " ") out.keys.push_back({letter(language, each), column, number, 2});
      column += 2;
    }
    end = column;
    ++number;
  }
  // The key that takes back stands where the last row ends, as wide as the rest of the row.
  Control erase;
  erase.id = erase_key;
  erase.role = Role::erase;
  erase.label = say("practice.erase");
  out.keys.push_back({std::move(erase), end, number - 1, half_keys - end});
  return out;
}

}  // namespace

std::vector<Keyboard> keyboards() { return {keyboard("ja", fifty_sounds), keyboard("en", qwerty)}; }

std::vector<std::string> letters_of(std::string_view text, std::string_view language) {
  std::vector<std::string> letters = characters(text);
  for (const Keyboard& each : keyboards()) {
    if (each.language != language) continue;
    const bool known = std::ranges::all_of(letters, [&](const std::string& wanted) {
      const std::string id = std::string(key_prefix) + wanted;
      return std::ranges::any_of(each.keys, [&](const Key& key) { return key.control.id == id; });
    });
    if (known) return letters;
  }
  return {};
}

std::string without_last(std::string text) {
  std::vector<std::string> letters = characters(text);
  if (letters.empty()) return {};
  text.resize(text.size() - letters.back().size());
  return text;
}

}  // namespace madoguchi::lesson
