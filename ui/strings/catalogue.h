#pragma once
// From a Text to the words that people read: looks the key up and fills its arguments in (ICU
// MessageFormat, so numbers, plurals and choices follow the language). Any thread.

#include <optional>
#include <string>
#include <string_view>

#include "firmware/message/text.h"

namespace madoguchi::ui {

/// The pattern of a key in a language, else in the reference language, else nothing.
std::optional<std::string_view> find_pattern(std::string_view key, std::string_view language);

/// The text in a language (BCP 47). A literal is itself. What cannot be rendered (an unknown key, a
/// number that is none) becomes the key itself, which a tester sees, and is logged as ui_event
/// without the arguments.
std::string render(const Text& text, std::string_view language);

}  // namespace madoguchi::ui
