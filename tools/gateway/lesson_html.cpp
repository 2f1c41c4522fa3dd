#include "tools/gateway/lesson_html.h"

#include "tools/gateway/html.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view prefix = "/lessons";

// Text on white at 7:1 or better, letters to the reader's own size, nothing by colour alone.
constexpr std::string_view style = R"css(
body { margin: 0; font: 1.25rem/1.8 "BIZ UDPGothic", "Noto Sans JP", "Hiragino Sans", sans-serif;
  color: #1a1a1a; background: #fff; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.4; color: #0017c1; margin: 1rem 0; }
h2 { font-size: 1.375rem; line-height: 1.5; margin: 0 0 .25rem; }
p { margin: 0 0 .5rem; }
.language { text-align: right; }
a { color: #0017c1; text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible { outline: .25rem solid #ffd43d; background: #fff; color: #000; }
.steps { list-style: none; padding: 0; counter-reset: step; }
.steps > li { border-top: 2px solid #d8dee9; padding: 1rem 0; counter-increment: step; }
.steps h2::before { content: counter(step) ". "; }
details { border: 2px solid #0017c1; border-radius: .5rem; padding: .5rem 1rem; margin: .75rem 0; }
summary { font-weight: 700; padding: .5rem 0; cursor: pointer; }
.answer { font-weight: 700; border-left: .5rem solid #197a4b; padding-left: .75rem; }
.can { background: #e6f5ec; border-radius: .5rem; padding: 1rem 1rem 1rem 2.5rem; }
.can li::marker { content: "\2713\00a0"; }
)css";

/// What the page itself says; the lesson says the rest.
struct Saying {
  std::string_view title, steps, minutes_before, minutes_after, check, right, can, remember, links,
      all, practice, other_language, missing;
};
constexpr Saying japanese{"スマホの練習",
                          "練習の内容",
                          "約",
                          "分",
                          "たしかめ：",
                          "答えを見る",
                          "できるようになること",
                          "おぼえておきましょう",
                          "関連するページ",
                          "ほかの練習",
                          "お手元のスマホで、ためしてみましょう。",
                          "English",
                          "ページがありません"};
constexpr Saying english{"Learn your smartphone",
                         "Steps",
                         "About ",
                         " minutes",
                         "Check: ",
                         "See the answer",
                         "What you can do then",
                         "Remember",
                         "Pages",
                         "Other lessons",
                         "Try it on your own phone.",
                         "日本語",
                         "Page not found"};

const Saying& saying(const std::string& language) { return language == "en" ? english : japanese; }

std::string words(const lesson::Words& all, const std::string& language) {
  const auto found = all.find(language);
  return escape(found == all.end() ? std::string_view() : std::string_view(found->second));
}

std::string tag(std::string_view name, const std::string& content) {
  const std::string bare(name.substr(0, name.find(' ')));
  return "<" + std::string(name) + ">" + content + "</" + bare + ">\n";
}

std::string check_html(const lesson::Check& check, const std::string& language) {
  const Saying& say = saying(language);
  std::string list;
  std::string right;
  for (const lesson::Answer& answer : check.answers) {
    const std::string text = words(answer.text, language);
    list += tag("li", text);
    if (answer.right) right = text;
  }
  return tag("p", std::string(say.check) + words(check.question, language)) + tag("ul", list) +
         tag("details", tag("summary", std::string(say.right)) + tag("p class=\"answer\"", right) +
                            tag("p", words(check.hint, language)));
}

std::string step_html(const lesson::Step& step, const std::string& language) {
  std::string out = tag("h2", words(step.title, language));
  for (const lesson::Words& each : step.text) out += tag("p", words(each, language));
  if (step.practice) out += tag("p", std::string(saying(language).practice));
  if (step.check) out += check_html(*step.check, language);
  return tag("li", out);
}

std::string list_html(const char* kind, const std::vector<lesson::Words>& lines,
                      const std::string& language) {
  std::string items;
  for (const lesson::Words& each : lines) items += tag("li", words(each, language));
  return tag(kind, items);
}

std::string page_html(const std::string& title, const std::string& language,
                      const std::string& content, const std::string& path) {
  const std::string other = language == "en" ? "ja" : "en";
  const std::string link = "<a lang=\"" + other + "\" hreflang=\"" + other + "\" href=\"" + path +
                           "?lang=" + other + "\">" + std::string(saying(language).other_language) +
                           "</a>";
  return "<!DOCTYPE html>\n<html lang=\"" + language +
         "\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         title + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n<main>\n" +
         tag("p class=\"language\"", link) + tag("h1", title) + content +
         "</main>\n</body>\n</html>\n";
}

}  // namespace

std::string_view lesson_style() { return style; }

std::string lesson_html(const lesson::Lesson& lesson, const std::string& language) {
  const Saying& say = saying(language);
  std::string content = tag("p", words(lesson.about, language)) +
                        tag("p", std::string(say.minutes_before) + std::to_string(lesson.minutes) +
                                     std::string(say.minutes_after));
  std::string steps;
  for (const lesson::Step& step : lesson.steps) steps += step_html(step, language);
  content += tag("ol class=\"steps\" aria-label=\"" + std::string(say.steps) + "\"", steps);
  content += tag("h2", std::string(say.can)) + list_html("ul class=\"can\"", lesson.can, language);
  content += tag("h2", std::string(say.remember)) + list_html("ol", lesson.remember, language);
  std::string links;
  for (const lesson::Link& link : lesson.links) {
    if (!link.address.starts_with("https://")) continue;
    links += tag("li", "<a href=\"" + escape(link.address) + "\" rel=\"noreferrer\">" +
                           words(link.label, language) + "</a>");
  }
  if (!links.empty()) content += tag("h2", std::string(say.links)) + tag("ul", links);
  const std::string all = std::string(prefix) + "?lang=" + language;
  content += tag("p", "<a href=\"" + all + "\">" + std::string(say.all) + "</a>");
  const std::string path =
      std::string(prefix) + "/" + std::string(lesson::topic_name(lesson.topic));
  return page_html(words(lesson.title, language), language, content, path);
}

std::string lessons_html(const lesson::Shelf& shelf, const std::string& language, bool missing) {
  const Saying& say = saying(language);
  std::string items;
  for (const lesson::Lesson& each : shelf.lessons) {
    items +=
        tag("li", "<a href=\"" + std::string(prefix) + "/" +
                      std::string(lesson::topic_name(each.topic)) + "?lang=" + language + "\">" +
                      words(each.title, language) + "</a> " + words(each.about, language));
  }
  return page_html(std::string(missing ? say.missing : say.title), language, tag("ul", items),
                   std::string(prefix));
}

}  // namespace madoguchi::gateway
