#pragma once
// A guided lesson as a volunteer has written it: data, with every word in every language side by
// side. The kiosk plays it, the gateway makes a page of it, tools/lessons checks and previews it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/desk_api.h"
#include "firmware/message/screen.h"

namespace madoguchi::lesson {

/// The same words in each language (BCP 47).
using Words = std::map<std::string, std::string>;

/// The languages that every lesson has.
inline constexpr const char* languages[] = {"ja", "en"};

struct Answer {
  Words text;
  bool right = false;
};

/// A question; there is no mark, and a wrong answer gets a kind word.
struct Check {
  Words question;
  std::vector<Answer> answers;  ///< two to four, one right
  Words hint;                   ///< said after a wrong one
};

/// Something for the finger to do.
struct Exercise {
  PracticeKind kind = PracticeKind::tap;
  std::int32_t rounds = 3;  ///< of tap, hold, swipe
  Words word;               ///< to be typed, letters of the keyboard of its language
};

struct Step {
  std::string picture;  ///< an illustration of ui/kit
  Words title;
  std::vector<Words> text;  ///< one or two short sentences
  std::optional<Exercise> practice;
  std::optional<Check> check;
  int line = 0;  ///< in its file, from 1
};

/// Where to go on: drawn only where the city has an address for it.
struct Link {
  Words label;
  std::string address;
};

struct Lesson {
  desk::HelpTopic topic = desk::HelpTopic::other;
  Words title;
  Words about;  ///< one line below the title in the list
  std::int32_t minutes = 10;
  std::vector<Step> steps;
  std::vector<Words> can;       ///< what the resident can do afterwards
  std::vector<Words> remember;  ///< three reminders for home
  std::vector<Link> links;
  std::string file;
};

/// As the resident sees the topic in a list: "touch_basics".
std::string_view topic_name(desk::HelpTopic topic);

}  // namespace madoguchi::lesson
