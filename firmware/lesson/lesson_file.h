#pragma once
// Reads a lesson's TOML file. Every mistake is found at once and told in words for a volunteer, in
// Japanese and in English, with its line and what to do. Pure.
//
//   topic = "touch_basics"          one of desk::HelpTopic
//   minutes = 10
//   title.ja = "..."                every text in ja and en
//   about.ja = "..."
//   [[step]]
//   picture = "touch_tap"
//   title.ja = "..."
//   text.ja = ["...", "..."]        one or two short sentences
//   practice.kind = "tap"           tap, hold, swipe (practice.rounds), type (practice.word.ja)
//   check.question.ja = "..."
//   check.hint.ja = "..."
//   [[step.check.answer]]           two to four, one with right = true
//   ja = "..."
//   [[can]], [[remember]]           ja, en
//   [[link]]                        label.ja, address
//
// Words in braces ({city}, {ask}) are put in from places.toml (shelf.h).

#include <set>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/lesson/lesson.h"

namespace madoguchi::lesson {

struct Finding {
  int line = 0;  ///< from 1; 0: the file as a whole
  Words what;    ///< ja and en
};

struct Read {
  Lesson lesson;  ///< as much of it as could be read
  std::vector<Finding> findings;
};

/// `file` is only carried along. Never fails: what is wrong is in the findings, sorted by line.
Read read_lesson(std::string_view toml, const std::string& file);

/// More than this is no lesson.
inline constexpr std::size_t largest_file = 256u << 10;
inline constexpr std::size_t most_steps = 9;

/// "touch_basics.toml:12: ...": the findings as lines in one language.
std::string told(const Finding& finding, const std::string& file, const std::string& language);

/// The names in braces of a text, such as {city}.
std::set<std::string> places_in(std::string_view text);

}  // namespace madoguchi::lesson
