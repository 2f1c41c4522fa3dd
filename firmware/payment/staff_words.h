#pragma once
// Words for staff, who read reports and tickets and never the screen: ui/strings/staff, built in.
// Pure; any thread.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace madoguchi::payment {

/// The words of a key in a language ("ja", "en"), with {name} replaced by its value. A key or a
/// language that is not there gives the key, which a reader sees.
std::string staff_words(
    std::string_view language, std::string_view key,
    std::initializer_list<std::pair<std::string_view, std::string>> values = {});

}  // namespace madoguchi::payment
