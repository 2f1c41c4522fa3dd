#pragma once
// The keyboards of the typing practice. Pure.

#include <string_view>
#include <vector>

#include "firmware/message/screen.h"

namespace madoguchi::lesson {

/// Every keyboard there is: ja (the table of the fifty sounds) and en.
std::vector<Keyboard> keyboards();
/// The letters of a text as keys of its language's keyboard; empty when one has no key.
std::vector<std::string> letters_of(std::string_view text, std::string_view language);
/// Without its last letter (UTF-8).
std::string without_last(std::string text);

inline constexpr std::string_view key_prefix = "key.";
inline constexpr std::string_view erase_key = "key.erase";

}  // namespace madoguchi::lesson
