#pragma once
// Where a line may end: between phrases (文節), never inside a word that a reader takes in at once.

#include <cstddef>
#include <string_view>
#include <vector>

namespace madoguchi::ui {

/// Byte offsets after which a line may end, ascending, the end of the text included. Japanese breaks between phrases
/// (ICU's lw=phrase, which keeps kinsoku); other languages by UAX #14. The text is UTF-8. Any thread.
std::vector<std::size_t> line_break_offsets(std::string_view text, std::string_view language);

}  // namespace madoguchi::ui
