#include "firmware/consult/typing.h"

#include "firmware/lesson/keyboard.h"
#include "firmware/message/consult_api.h"

namespace madoguchi::consult {
namespace {

constexpr int row_end = 20;  // half keys
constexpr std::string_view ellipsis = "…";

// Each letter and what it becomes, both ways.
constexpr std::string_view voiced =
    "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔ";
constexpr std::string_view half_voiced = "はぱひぴふぷへぺほぽ";
constexpr std::string_view small = "あぁいぃうぅえぇおぉつっやゃゆゅよょわゎ";

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    if (byte < 0x20 || byte == 0x7F) continue;
    if (!continues || out.empty()) out.emplace_back();
    out.back() += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += parts[i];
  return out;
}

class Rows {
 public:
  explicit Rows(Keyboard& keyboard) : keyboard_(keyboard) {
    for (const Key& key : keyboard.keys) row_ = std::max(row_, key.row);
  }
  void next() {
    ++row_;
    column_ = 0;
  }
  void letters(std::string_view text) {
    for (const std::string& each : characters(text)) {
      Control control;
      control.id = std::string(lesson::key_prefix) + each;
      control.role = Role::letter;
      control.label = written({{keyboard_.language, each}});
      add(std::move(control), 2);
    }
  }
  void named(const char* name, int width) {
    Control control;
    control.id = std::string(lesson::key_prefix) + name;
    control.role = Role::letter;
    control.label = say(std::string("consult.key.") + name);
    add(std::move(control), width);
  }

 private:
  void add(Control control, int width) {
    keyboard_.keys.push_back({std::move(control), column_, row_, width});
    column_ += width;
  }
  Keyboard& keyboard_;
  std::int32_t row_ = 0;
  std::int32_t column_ = 0;
};

}  // namespace

std::vector<Keyboard> keyboards() {
  std::vector<Keyboard> out = lesson::keyboards();
  for (Keyboard& each : out) {
    Rows rows(each);
    rows.next();
    rows.letters("1234567890");
    rows.next();
    if (each.language == "ja") {
      for (const char* name : {"voiced", "half_voiced", "small"}) rows.named(name, 2);
      rows.letters("、。？");
      rows.named("space", 3);
    } else {
      rows.letters(",.?!'@");
      rows.named("space", 3);
    }
    rows.named("done", row_end - 15);
  }
  return out;
}

bool Line::press(std::string_view key) {
  if (!key.starts_with(lesson::key_prefix)) return false;
  const std::string_view what = key.substr(lesson::key_prefix.size());
  const std::string before = text_;
  if (key == lesson::erase_key) {
    text_ = lesson::without_last(std::move(text_));
  } else if (what == "voiced") {
    return change_last(voiced);
  } else if (what == "half_voiced") {
    return change_last(half_voiced);
  } else if (what == "small") {
    return change_last(small);
  } else if (what == "space") {
    text_ += ' ';
  } else if (key != end_of_line) {
    text_ += what;
  }
  if (characters(text_).size() > most_typed) text_ = before;
  return text_ != before;
}

/// The last letter becomes its other form, and again its first.
bool Line::change_last(std::string_view pairs) {
  std::vector<std::string> typed = characters(text_);
  if (typed.empty()) return false;
  const std::vector<std::string> forms = characters(pairs);
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (forms[i] != typed.back()) continue;
    typed.back() = forms[i % 2 == 0 ? i + 1 : i - 1];
    text_ = joined(typed, 0, typed.size());
    return true;
  }
  return false;
}

std::string first_characters(std::string_view text, std::size_t most) {
  const std::vector<std::string> all = characters(text);
  if (all.size() <= most) return joined(all, 0, all.size());
  return joined(all, 0, most - 1).append(ellipsis);
}

std::string last_characters(std::string_view text, std::size_t most) {
  const std::vector<std::string> all = characters(text);
  if (all.size() <= most) return joined(all, 0, all.size());
  return std::string(ellipsis) + joined(all, all.size() - most + 1, all.size());
}

}  // namespace madoguchi::consult
