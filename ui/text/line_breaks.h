#pragma once
// Where a line may end. A Japanese reader takes in a phrase (文節) at once: 「置いて|ください」
// across two lines costs a moment that an old or hurried reader does not have.

#include <cstddef>
#include <string_view>
#include <vector>

namespace madoguchi::ui {

enum class BreakRule {
  phrase,  ///< Japanese: before a new phrase only; a compound or a polite verb stays whole
  word,    ///< Japanese: ICU's phrases (lw=phrase), which also part compounds
  strict,  ///< wherever UAX #14 with strict kinsoku allows
};

/// Byte offsets after which a line may end, ascending, the end of the text included. Languages that
/// are written with spaces have the same answer for all rules. The text is UTF-8. Any thread.
std::vector<std::size_t> line_break_offsets(std::string_view text, std::string_view language,
                                            BreakRule rule);

}  // namespace madoguchi::ui
