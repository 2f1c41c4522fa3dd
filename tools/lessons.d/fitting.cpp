#include "tools/lessons.d/fitting.h"

#include <algorithm>

#include "firmware/visit/ask.h"
#include "firmware/visit/lesson_sheet.h"
#include "firmware/visit/screens_lesson.h"
#include "ui/kit/drawing.h"
#include "ui/paper/sheet_page.h"

namespace madoguchi::lessons {
namespace {

lesson::Finding finding(int line, std::string ja, std::string en) {
  return {line, {{"ja", std::move(ja)}, {"en", std::move(en)}}};
}

/// In the words of whoever reads the finding.
std::string size_name(TextSize size, bool japanese) {
  if (japanese) return size == TextSize::xl ? "特大" : "標準";
  return size == TextSize::xl ? "extra large" : "standard";
}

}  // namespace

std::vector<Shown> screens_of(const lesson::Lesson& lesson, const std::string& language,
                              TextSize size) {
  std::vector<Shown> out;
  for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
    const lesson::Step& step = lesson.steps[i];
    out.push_back({visit::lesson_step_screen(lesson, i), step.line});
    if (step.practice) {
      const lesson::Trial trial(*step.practice);
      out.push_back({visit::lesson_practice_screen(lesson, i, trial), step.line});
    }
    if (!step.check) continue;
    out.push_back({visit::lesson_check_screen(lesson, i, {}), step.line});
    // After a wrong answer the hint stands there too: the fullest it becomes.
    const auto wrong = std::ranges::find(step.check->answers, false, &lesson::Answer::right);
    if (wrong == step.check->answers.end()) continue;
    visit::Asked asked;
    asked.tried.insert(static_cast<std::size_t>(wrong - step.check->answers.begin()));
    out.push_back({visit::lesson_check_screen(lesson, i, asked), step.line});
  }
  out.push_back({visit::lesson_done_screen(lesson, true, true), 0});
  for (Shown& each : out) visit::dress(each.screen, {language, size});
  return out;
}

std::vector<lesson::Finding> what_does_not_fit(const ui::Fonts& fonts,
                                               const lesson::Lesson& lesson) {
  std::vector<lesson::Finding> out;
  for (const lesson::Step& step : lesson.steps) {
    if (step.picture.empty() || ui::find_illustration(step.picture) != nullptr) continue;
    out.push_back(
        finding(step.line,
                "「" + step.picture + "」という絵はありません。tools/lessons pictures で選べます。",
                "there is no picture \"" + step.picture + "\"; tools/lessons pictures shows all"));
  }
  for (const char* language : lesson::languages) {
    for (const TextSize size : {TextSize::m, TextSize::xl}) {
      for (const Shown& each : screens_of(lesson, language, size)) {
        const ui::Layout layout = ui::lay_out(fonts, {}, {}, each.screen);
        if (layout.fits() && layout.text_size == size) continue;
        out.push_back(finding(each.line,
                              std::string("文字の大きさが「") + size_name(size, true) + "」（" +
                                  language + "）のとき、" + each.screen.name +
                                  " の言葉が画面に入りきりません。短くしてください。",
                              "the words of " + each.screen.name + " do not fit at the size " +
                                  size_name(size, false) + " (" + language + "); shorten them"));
      }
    }
    const Sheet sheet = visit::make_sheet({}, {}, lesson, language);
    if (ui::draw_sheet(fonts, {}, sheet)) continue;
    out.push_back(finding(0,
                          "持ち帰る紙が1枚に入りきりません。can と remember を短くしてください。",
                          "the sheet does not fit one page; shorten can and remember"));
  }
  return out;
}

std::vector<std::string> pictures() {
  std::vector<std::string> out;
  for (const std::string_view name : ui::illustration_names()) out.emplace_back(name);
  std::ranges::sort(out);
  return out;
}

}  // namespace madoguchi::lessons
