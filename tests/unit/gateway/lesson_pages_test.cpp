// What the QR code on a lesson's sheet leads to.

#include "tools/gateway/lesson_pages.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

const lesson::Shelf& shelf() {
  static const lesson::Shelf opened = *lesson::open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  return opened;
}

Answer get(const std::string& target, const lesson::Shelf& lessons = shelf(),
           const std::string& method = "GET") {
  Request request;
  request.method = method;
  request.target = target;
  return LessonPages(lessons).answer(request);
}

std::string text(const Answer& answer) { return std::string(as_text(answer.body)); }

}  // namespace

TEST_GROUP(LessonPages){};

TEST(LessonPages, the_lesson_in_the_language_that_was_asked_for) {
  const Answer ja = get("/lessons/fraud?lang=ja");
  LONGS_EQUAL(200, ja.status);
  STRCMP_CONTAINS("<html lang=\"ja\">", text(ja).c_str());
  STRCMP_CONTAINS("＃9110", text(ja).c_str());
  STRCMP_CONTAINS("<details>", text(ja).c_str());
  const Answer en = get("/lessons/fraud?lang=en");
  STRCMP_CONTAINS("<html lang=\"en\">", text(en).c_str());
  STRCMP_CONTAINS("#9110", text(en).c_str());
}

TEST(LessonPages, every_lesson_and_every_step_is_there) {
  for (const lesson::Lesson& each : shelf().lessons) {
    const std::string topic(lesson::topic_name(each.topic));
    for (const char* language : {"ja", "en"}) {
      const std::string page = text(get("/lessons/" + topic + "?lang=" + language));
      for (const lesson::Step& step : each.steps)
        STRCMP_CONTAINS(step.title.at(language).c_str(), page.c_str());
      for (const lesson::Words& line : each.can)
        STRCMP_CONTAINS(line.at(language).c_str(), page.c_str());
    }
    STRCMP_CONTAINS(topic.c_str(), text(get("/lessons")).c_str());
  }
}

TEST(LessonPages, no_script_no_cookie_nothing_from_elsewhere) {
  const Answer answer = get("/lessons/mynaportal?lang=ja");
  STRCMP_CONTAINS("default-src 'none'", answer.headers.at("Content-Security-Policy").c_str());
  CHECK_FALSE(answer.headers.contains("Set-Cookie"));
  for (const char* never : {"<script", "<img", "<iframe", "<link", "onclick"})
    CHECK_TRUE_TEXT(text(answer).find(never) == std::string::npos, never);
}

TEST(LessonPages, a_lesson_that_is_not_there) {
  LONGS_EQUAL(404, get("/lessons/pots").status);
  LONGS_EQUAL(404, get("/lessons/../secret").status);
  LONGS_EQUAL(200, get("/lessons?lang=en").status);
}

TEST(LessonPages, only_what_is_below_lessons_is_its_own) {
  CHECK_TRUE(LessonPages::is_ours("/lessons"));
  CHECK_TRUE(LessonPages::is_ours("/lessons/fraud?lang=ja"));
  CHECK_FALSE(LessonPages::is_ours("/lessonsx"));
  CHECK_FALSE(LessonPages::is_ours("/verify/1?x=/lessons/"));
}

TEST(LessonPages, other_methods) {
  const Answer answer = get("/lessons", shelf(), "POST");
  LONGS_EQUAL(405, answer.status);
  STRCMP_EQUAL("GET, HEAD", answer.headers.at("Allow").c_str());
}

TEST(LessonPages, words_of_a_lesson_cannot_become_elements) {
  lesson::Shelf own;
  lesson::Lesson bad = *shelf().find("cashless");
  bad.title["ja"] = "<img src=x>";
  bad.steps[0].text[0]["ja"] = "</p><script>";
  bad.links = {{{{"ja", "x"}, {"en", "x"}}, "javascript:alert(1)"}};
  own.lessons = {bad};
  const std::string page = text(get("/lessons/cashless", own));
  CHECK_TRUE(page.find("<img") == std::string::npos);
  CHECK_TRUE(page.find("<script") == std::string::npos);
  CHECK_TRUE(page.find("javascript:") == std::string::npos);
  STRCMP_CONTAINS("&lt;img src=x&gt;", page.c_str());
}
