#pragma once
// The pictures of the lessons' steps. Private to ui/kit; find_illustration() knows them too.

#include <span>
#include <string_view>

#include "ui/kit/drawing.h"

namespace madoguchi::ui {

std::span<const Drawing> lesson_illustrations();
/// nullptr when there is none.
const Drawing* find_lesson_illustration(std::string_view name);

}  // namespace madoguchi::ui
