#pragma once
// The page that a resident takes home after a lesson: 「今日できるようになったこと」. It costs
// nothing and is no certificate: it stands in no journal and no ledger, and its job is named
// "lesson-sheet-...", so that nobody takes it for paper that somebody paid.
//
// Loop thread.

#include <string>

#include "firmware/lesson/lesson.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

inline constexpr std::string_view lesson_sheet_job = "lesson-sheet-";

/// Where the lesson can be repeated at home; empty without an address of the pages.
std::string lesson_link(const Settings& settings, const lesson::Lesson& lesson,
                        const std::string& language);
/// What stands on it. Pure.
Sheet make_sheet(const Settings& settings, Timers::Wall now, const lesson::Lesson& lesson,
                 const std::string& language);

/// Draws and prints; true when the paper is out. A printer in trouble is not waited for: at most
/// 50 s, and the job is withdrawn.
Task<bool> print_sheet(Desk& desk, Sheet sheet);

}  // namespace madoguchi::visit
