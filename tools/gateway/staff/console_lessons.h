#pragma once
// The lessons as the console shows them, to be read along beside a resident:
//
//   GET /console/api/lessons  -> 200 LessonList

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/lesson/shelf.h"
#include "firmware/message/codec.h"
#include "firmware/message/screen.h"

namespace madoguchi::gateway {

struct LessonAnswer {
  std::map<std::string, std::string> text;  ///< by language, as all words here
  bool right = false;
};
MADOGUCHI_DESCRIBE(LessonAnswer, text, right)

struct LessonCheck {
  std::map<std::string, std::string> question;
  std::vector<LessonAnswer> answers;
  std::map<std::string, std::string> hint;
};
MADOGUCHI_DESCRIBE(LessonCheck, question, answers, hint)

struct LessonStep {
  std::map<std::string, std::string> title;
  std::vector<std::map<std::string, std::string>> text;
  std::optional<PracticeKind> practice;
  std::optional<LessonCheck> check;
};
MADOGUCHI_DESCRIBE(LessonStep, title, text, practice, check)

struct LessonEntry {
  std::string topic;
  std::map<std::string, std::string> title;
  std::map<std::string, std::string> about;
  std::int32_t minutes = 0;
  std::vector<LessonStep> steps;
  std::vector<std::map<std::string, std::string>> can;
  std::vector<std::map<std::string, std::string>> remember;
};
MADOGUCHI_DESCRIBE(LessonEntry, topic, title, about, minutes, steps, can, remember)

struct LessonList {
  std::vector<LessonEntry> lessons;
};
MADOGUCHI_DESCRIBE(LessonList, lessons)

LessonList lesson_list(const lesson::Shelf& shelf);

}  // namespace madoguchi::gateway
