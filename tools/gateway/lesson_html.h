#pragma once
// A lesson as a page to repeat it at home: the steps in order, each question with its answer behind
// a fold. Plain HTML without script. Pure; every word of a lesson is escaped.

#include <string>
#include <string_view>

#include "firmware/lesson/shelf.h"

namespace madoguchi::gateway {

/// A whole page. Links of the page to itself begin with /lessons.
std::string lesson_html(const lesson::Lesson& lesson, const std::string& language);
/// All lessons; `missing`: the one that was asked for is not there.
std::string lessons_html(const lesson::Shelf& shelf, const std::string& language, bool missing);
/// What stands in the pages' style element, for the Content-Security-Policy.
std::string_view lesson_style();

}  // namespace madoguchi::gateway
