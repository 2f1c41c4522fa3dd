#include "firmware/lesson/lesson_file.h"

#include <algorithm>
#include <optional>

#include "firmware/base/toml.h"
#include "firmware/lesson/keyboard.h"

namespace madoguchi::lesson {
namespace {

Words both(std::string ja, std::string en) {
  return {{"ja", std::move(ja)}, {"en", std::move(en)}};
}

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

/// How long a text may be, in characters; what is longer does not fit at XL, or nobody reads it.
struct Longest {
  std::size_t ja;
  std::size_t en;
};
constexpr Longest for_title{22, 40};
constexpr Longest for_line{40, 84};
constexpr Longest for_sentence{44, 92};
constexpr Longest for_answer{20, 40};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Reader {
 public:
  explicit Reader(std::vector<Finding>& findings) : findings_(findings) {}

  void find(int line, std::string ja, std::string en) {
    findings_.push_back({line, both(std::move(ja), std::move(en))});
  }
  void find(const toml::node& at, std::string ja, std::string en) {
    find(line_of(at), std::move(ja), std::move(en));
  }

  Lesson lesson(const toml::table& table, const std::string& file);

 private:
  void known(const toml::table& table, std::initializer_list<std::string_view> keys);
  std::string text(const toml::table& table, std::string_view key);
  std::int64_t number(const toml::table& table, std::string_view key, std::int64_t least,
                      std::int64_t most, std::optional<std::int64_t> fallback = {});
  Words words(const toml::table& table, Longest longest,
              std::initializer_list<std::string_view> besides = {});
  Words words(const toml::table& table, std::string_view key, Longest longest);
  std::vector<Words> sentences(const toml::table& table);
  std::vector<std::string> sentences_in(const toml::node& node, std::string_view language);
  std::vector<Words> lines(const toml::table& table, std::string_view key, std::size_t least,
                           std::size_t most);
  const toml::table* part(const toml::table& table, std::string_view key);
  std::vector<const toml::table*> parts(const toml::table& table, std::string_view key);
  Step step(const toml::table& table);
  Check check(const toml::table& table);
  Exercise practice(const toml::table& table);
  void check_length(const toml::node& at, std::string_view language, std::string_view text,
                    Longest longest);

  std::vector<Finding>& findings_;
};

std::string ja_quote(std::string_view text) { return "「" + std::string(text) + "」"; }
std::string en_quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

/// A key that nobody reads is a typing mistake.
void Reader::known(const toml::table& table, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, node] : table) {
    if (std::ranges::find(keys, key.str()) != keys.end()) continue;
    find(node, ja_quote(key.str()) + "という項目はありません。つづりを確かめてください。",
         "there is no entry " + en_quote(key.str()) + "; check its spelling");
  }
}

std::string Reader::text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    find(table, ja_quote(key) + "がありません。書き足してください。",
         en_quote(key) + " is missing; add it");
    return {};
  }
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty()) {
    find(*node, ja_quote(key) + "は\"…\"で囲んだ言葉にしてください。",
         en_quote(key) + " must be words in quotation marks");
  }
  return value.value_or("");
}

std::int64_t Reader::number(const toml::table& table, std::string_view key, std::int64_t least,
                            std::int64_t most, std::optional<std::int64_t> fallback) {
  const toml::node* node = table.get(key);
  if (node == nullptr && fallback) return *fallback;
  const auto value = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return *value;
  const std::string range = std::to_string(least) + "-" + std::to_string(most);
  const toml::node& at = node == nullptr ? static_cast<const toml::node&>(table) : *node;
  find(at, ja_quote(key) + "は" + range + "の数字にしてください。",
       en_quote(key) + " must be a number, " + range);
  return least;
}

void Reader::check_length(const toml::node& at, std::string_view language, std::string_view text,
                          Longest longest) {
  const std::size_t most = language == "ja" ? longest.ja : longest.en;
  const std::size_t has = characters(text);
  if (has <= most) return;
  const std::string long_ja = std::to_string(has) + "文字です。" + std::to_string(most);
  find(at, ja_quote(text) + "は" + long_ja + "文字までに短くしてください。",
       en_quote(text) + " has " + std::to_string(has) + " characters; shorten it to " +
           std::to_string(most));
}

/// A table that holds the words in each language, and maybe entries besides.
Words Reader::words(const toml::table& table, Longest longest,
                    std::initializer_list<std::string_view> besides) {
  Words out;
  for (const auto& [key, node] : table) {
    if (std::ranges::find(besides, key.str()) != besides.end()) continue;
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) {
      find(node, ja_quote(key.str()) + "は\"…\"で囲んだ言葉にしてください。",
           en_quote(key.str()) + " must be words in quotation marks");
      continue;
    }
    check_length(node, key.str(), *value, longest);
    out.emplace(key.str(), *value);
  }
  for (const char* language : languages) {
    if (table.contains(language)) continue;
    const bool ja = std::string_view(language) == "ja";
    find(table, ja ? "日本語（ja）がありません。" : "英語（en）がありません。書き足してください。",
         ja ? "the Japanese (ja) is missing; add it" : "the English (en) is missing; add it");
  }
  return out;
}

Words Reader::words(const toml::table& table, std::string_view key, Longest longest) {
  const toml::table* inner = part(table, key);
  return inner == nullptr ? Words() : words(*inner, longest);
}

const toml::table* Reader::part(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node != nullptr && node->is_table()) return node->as_table();
  const std::string name(key);
  find(node == nullptr ? static_cast<const toml::node&>(table) : *node,
       ja_quote(key) + "がありません。" + name + ".ja と " + name + ".en を書いてください。",
       en_quote(key) + " is missing; write " + name + ".ja and " + name + ".en");
  return nullptr;
}

std::vector<const toml::table*> Reader::parts(const toml::table& table, std::string_view key) {
  std::vector<const toml::table*> out;
  const toml::node* node = table.get(key);
  if (node == nullptr) return out;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous<toml::table>()) {
    const std::string form = "[[" + std::string(key) + "]]";
    find(*node, form + "の形で書いてください。", "write it as " + form);
    return out;
  }
  for (const toml::node& each : *array) out.push_back(each.as_table());
  return out;
}

std::vector<Words> Reader::lines(const toml::table& table, std::string_view key, std::size_t least,
                                 std::size_t most) {
  std::vector<Words> out;
  const auto found = parts(table, key);
  for (const toml::table* each : found) out.push_back(words(*each, for_line));
  if (out.size() < least || out.size() > most) {
    const std::string range =
        least == most ? std::to_string(least) : std::to_string(least) + "-" + std::to_string(most);
    const toml::node& at = found.empty() ? static_cast<const toml::node&>(table) : *found.front();
    find(at, "[[" + std::string(key) + "]]は" + range + "個にしてください。",
         "[[" + std::string(key) + "]] must be there " + range + " times");
  }
  return out;
}

std::vector<std::string> Reader::sentences_in(const toml::node& node, std::string_view language) {
  std::vector<std::string> out;
  if (const auto one = node.value_exact<std::string>()) {
    out.push_back(*one);
  } else if (const toml::array* array = node.as_array()) {
    for (const toml::node& each : *array)
      out.push_back(each.value_exact<std::string>().value_or(""));
  }
  const bool empty = std::ranges::any_of(out, [](const std::string& s) { return s.empty(); });
  if (out.empty() || out.size() > 2 || empty) {
    find(node, "文は1つか2つにしてください。 例：[\"一つめ。\", \"二つめ。\"]",
         "write one or two sentences, such as [\"First.\", \"Second.\"]");
    return {};
  }
  for (const std::string& each : out) check_length(node, language, each, for_sentence);
  return out;
}

std::vector<Words> Reader::sentences(const toml::table& table) {
  std::vector<Words> out;
  const toml::table* inner = part(table, "text");
  if (inner == nullptr) return out;
  for (const char* language : languages) {
    if (!inner->contains(language)) words(*inner, for_sentence, {"ja", "en"});
  }
  std::vector<std::pair<std::string, const toml::node*>> all;
  for (const auto& [language, node] : *inner) all.emplace_back(language.str(), &node);
  // The Japanese is written first; the others follow it.
  std::ranges::stable_partition(all, [](const auto& each) { return each.first == "ja"; });
  std::optional<std::size_t> count;
  for (const auto& [language, node] : all) {
    const auto found = sentences_in(*node, language);
    if (found.empty()) continue;
    if (count && *count != found.size()) {
      find(*node, "日本語と英語で、文の数をそろえてください。",
           "write as many sentences in English as in Japanese");
    }
    count = found.size();
    out.resize(std::max(out.size(), found.size()));
    for (std::size_t i = 0; i < found.size(); ++i) out[i].emplace(language, found[i]);
  }
  return out;
}

Check Reader::check(const toml::table& table) {
  known(table, {"question", "hint", "answer"});
  Check out;
  out.question = words(table, "question", for_line);
  out.hint = words(table, "hint", for_sentence);
  const auto answers = parts(table, "answer");
  int right = 0;
  for (const toml::table* each : answers) {
    Answer answer;
    answer.text = words(*each, for_answer, {"right"});
    if (const toml::node* node = each->get("right")) {
      const auto value = node->value_exact<bool>();
      if (!value) {
        find(*node, "「right」は true か false です。", "\"right\" must be true or false");
      }
      answer.right = value.value_or(false);
    }
    right += answer.right ? 1 : 0;
    out.answers.push_back(std::move(answer));
  }
  if (answers.size() < 2 || answers.size() > 4) {
    find(table, "答えは2つから4つにしてください。", "give two to four answers");
  } else if (right != 1) {
    find(table, "正しい答え（right = true）を1つだけにしてください。",
         "mark exactly one answer with right = true");
  }
  return out;
}

Exercise Reader::practice(const toml::table& table) {
  known(table, {"kind", "rounds", "word"});
  Exercise out;
  const std::string kind = text(table, "kind");
  const auto found = codec::enum_value<PracticeKind>(kind);
  if (!found && !kind.empty()) {
    find(*table.get("kind"), "練習は tap、hold、swipe、type のどれかです。",
         "a practice is tap, hold, swipe or type");
  }
  out.kind = found.value_or(PracticeKind::tap);
  out.rounds = static_cast<std::int32_t>(number(table, "rounds", 1, 5, 3));
  if (out.kind != PracticeKind::type) return out;
  out.word = words(table, "word", {6, 10});
  for (const auto& [language, word] : out.word) {
    if (!letters_of(word, language).empty()) continue;
    find(table,
         ja_quote(word) +
             "は練習のキーボードで打てません。ひらがな（点々や小さい字のないもの）、英語は小文字だ"
             "けです。",
         en_quote(word) + " cannot be typed: plain hiragana, and small letters in English");
  }
  return out;
}

Step Reader::step(const toml::table& table) {
  known(table, {"picture", "title", "text", "practice", "check"});
  Step out;
  out.line = line_of(table);
  out.picture = text(table, "picture");
  out.title = words(table, "title", for_title);
  out.text = sentences(table);
  if (table.contains("practice")) {
    if (const toml::table* inner = part(table, "practice")) out.practice = practice(*inner);
  }
  if (table.contains("check")) {
    if (const toml::table* inner = part(table, "check")) out.check = check(*inner);
  }
  return out;
}

Lesson Reader::lesson(const toml::table& table, const std::string& file) {
  known(table, {"topic", "minutes", "title", "about", "step", "can", "remember", "link"});
  Lesson out;
  out.file = file;
  const std::string topic = text(table, "topic");
  const auto found = codec::enum_value<desk::HelpTopic>(topic);
  if (!found && !topic.empty()) {
    std::string names;
    for (const auto& [value, name] : enum_names(desk::HelpTopic{})) {
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    find(*table.get("topic"),
         ja_quote(topic) + "というトピックはありません。次から選んでください：" + names,
         "there is no topic " + en_quote(topic) + "; choose one of: " + names);
  }
  out.topic = found.value_or(desk::HelpTopic::other);
  out.minutes = static_cast<std::int32_t>(number(table, "minutes", 1, 60));
  out.title = words(table, "title", for_title);
  out.about = words(table, "about", for_line);
  const auto steps = parts(table, "step");
  for (const toml::table* each : steps) out.steps.push_back(step(*each));
  if (steps.size() < 2 || steps.size() > most_steps) {
    find(table, "[[step]]（場面）は2つから9個にしてください。", "a lesson has 2 to 9 [[step]]s");
  }
  const bool asked =
      std::ranges::any_of(out.steps, [](const Step& each) { return each.check || each.practice; });
  if (!asked) {
    find(table, "たしかめ（check）か練習（practice）を、1つは入れてください。",
         "give at least one step a check or a practice");
  }
  out.can = lines(table, "can", 1, 5);
  out.remember = lines(table, "remember", 3, 3);
  for (const toml::table* each : parts(table, "link")) {
    known(*each, {"label", "address"});
    out.links.push_back({words(*each, "label", for_line), text(*each, "address")});
  }
  return out;
}

}  // namespace

std::string_view topic_name(desk::HelpTopic topic) { return codec::enum_name(topic); }

Read read_lesson(std::string_view toml, const std::string& file) {
  Read out;
  out.lesson.file = file;
  if (toml.size() > largest_file || !is_utf8(toml)) {
    out.findings.push_back({0, both("UTF-8で保存した、256 KBまでのファイルにしてください。",
                                    "must be a file in UTF-8 of at most 256 KiB")});
    return out;
  }
  const toml::parse_result parsed = toml::parse(toml, file);
  if (!parsed) {
    const int line = static_cast<int>(parsed.error().source().begin.line);
    const std::string what(parsed.error().description());
    out.findings.push_back(
        {line, both("書き方が正しくありません。記号（\"、[ ]、=）の閉じ忘れを確かめてください。（" +
                        what + "）",
                    "is not written correctly; look for a missing quotation mark, bracket or = (" +
                        what + ")")});
    return out;
  }
  Reader reader(out.findings);
  out.lesson = reader.lesson(parsed.table(), file);
  std::ranges::stable_sort(out.findings, {}, &Finding::line);
  return out;
}

std::string told(const Finding& finding, const std::string& file, const std::string& language) {
  const auto found = finding.what.find(language);
  const std::string line = finding.line > 0 ? ":" + std::to_string(finding.line) : "";
  return file + line + ": " + (found == finding.what.end() ? "" : found->second);
}

std::set<std::string> places_in(std::string_view text) {
  std::set<std::string> out;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) break;
    out.emplace(text.substr(at + 1, end - at - 1));
  }
  return out;
}

}  // namespace madoguchi::lesson
