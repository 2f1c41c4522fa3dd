#include "firmware/lesson/shelf.h"

#include <algorithm>

#include "firmware/base/file.h"
#include "firmware/base/toml.h"

namespace madoguchi::lesson {
namespace {

/// Everything in a lesson that people read.
template <class Visit>
void for_each_words(Lesson& lesson, const Visit& visit) {
  visit(lesson.title, 0);
  visit(lesson.about, 0);
  for (Step& step : lesson.steps) {
    visit(step.title, step.line);
    for (Words& each : step.text) visit(each, step.line);
    if (!step.check) continue;
    visit(step.check->question, step.line);
    visit(step.check->hint, step.line);
    for (Answer& answer : step.check->answers) visit(answer.text, step.line);
  }
  for (Words& each : lesson.can) visit(each, 0);
  for (Words& each : lesson.remember) visit(each, 0);
  for (Link& link : lesson.links) visit(link.label, 0);
}

std::string in(const Words& words, const std::string& language) {
  const auto found = words.find(language);
  return found == words.end() ? std::string() : found->second;
}

void replace(std::string& text, const std::string& name, const std::string& by) {
  const std::string hole = "{" + name + "}";
  for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at + by.size())) {
    text.replace(at, hole.size(), by);
  }
}

}  // namespace

PlacesRead read_places(std::string_view toml) {
  PlacesRead out;
  const toml::parse_result parsed = toml::parse(toml, std::string(places_file));
  if (!parsed) {
    const int line = static_cast<int>(parsed.error().source().begin.line);
    const std::string what(parsed.error().description());
    out.findings.push_back({line,
                            {{"ja", "書き方が正しくありません。（" + what + "）"},
                             {"en", "is not written correctly (" + what + ")"}}});
    return out;
  }
  for (const auto& [name, node] : parsed.table()) {
    const toml::table* table = node.as_table();
    Words words;
    for (const char* language : languages) {
      const toml::node* value = table == nullptr ? nullptr : table->get(language);
      const auto text = value == nullptr ? std::nullopt : value->value_exact<std::string>();
      if (text) words.emplace(language, *text);
    }
    if (words.size() == std::size(languages)) {
      out.places.emplace(name.str(), std::move(words));
      continue;
    }
    const std::string key(name.str());
    out.findings.push_back({static_cast<int>(node.source().begin.line),
                            {{"ja", key + ".ja と " + key + ".en を書いてください。"},
                             {"en", "write " + key + ".ja and " + key + ".en"}}});
  }
  return out;
}

std::vector<Finding> fill(Lesson& lesson, const Places& places) {
  std::vector<Finding> findings;
  const auto unknown = [&](const std::string& name, int line) {
    findings.push_back({line,
                        {{"ja", "{" + name + "}は places.toml にありません。"},
                         {"en", "{" + name + "} is not in places.toml"}}});
  };
  for_each_words(lesson, [&](Words& words, int line) {
    for (auto& [language, text] : words) {
      for (const std::string& name : places_in(text)) {
        const auto place = places.find(name);
        if (place == places.end()) {
          unknown(name, line);
        } else {
          replace(text, name, in(place->second, language));
        }
      }
    }
  });
  for (Link& link : lesson.links) {
    const auto names = places_in(link.address);
    for (const std::string& name : names) {
      const auto place = places.find(name);
      if (place == places.end()) {
        unknown(name, 0);
      } else {
        replace(link.address, name, in(place->second, "ja"));
      }
    }
  }
  std::erase_if(lesson.links, [](const Link& link) { return link.address.empty(); });
  return findings;
}

Read read_lesson_file(const std::filesystem::path& file, const Places& places) {
  const auto bytes = madoguchi::read_file(file.string(), largest_file);
  if (!bytes) {
    Read out;
    out.lesson.file = file.string();
    out.findings = {{0,
                     {{"ja", "ファイルを読めません。（" + bytes.error().what + "）"},
                      {"en", "cannot be read (" + bytes.error().what + ")"}}}};
    return out;
  }
  Read out = read_lesson(as_text(*bytes), file.string());
  const auto more = fill(out.lesson, places);
  out.findings.insert(out.findings.end(), more.begin(), more.end());
  return out;
}

const Lesson* Shelf::find(std::string_view topic) const {
  const auto found = std::ranges::find_if(
      lessons, [&](const Lesson& each) { return topic_name(each.topic) == topic; });
  return found == lessons.end() ? nullptr : &*found;
}

Result<Shelf> open_shelf(const std::filesystem::path& folder) {
  std::error_code failed;
  const std::filesystem::directory_iterator files(folder, failed);
  if (failed) return Error{Errc::not_found, folder.string(), failed.message()};
  PlacesRead places;
  if (std::filesystem::exists(folder / places_file, failed)) {
    const auto bytes = madoguchi::read_file((folder / places_file).string(), largest_file);
    if (!bytes) return bytes.error();
    places = read_places(as_text(*bytes));
    if (!places.findings.empty()) {
      const std::string file = (folder / places_file).string();
      return Error{Errc::invalid, "lessons", told(places.findings.front(), file, "en")};
    }
  }
  Shelf out;
  for (const auto& entry : files) {
    const auto& path = entry.path();
    if (path.extension() != ".toml" || path.filename() == places_file) continue;
    Read read = read_lesson_file(path, places.places);
    for (const Finding& finding : read.findings) {
      out.left_out.push_back(told(finding, path.string(), "en"));
    }
    if (read.findings.empty()) out.lessons.push_back(std::move(read.lesson));
  }
  std::ranges::stable_sort(out.lessons, {}, &Lesson::topic);
  return out;
}

}  // namespace madoguchi::lesson
