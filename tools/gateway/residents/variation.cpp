#include "tools/gateway/residents/variation.h"

#include <array>
#include <utility>

namespace madoguchi::gateway {

namespace {

// Characters of which both collections know exactly two shapes, in the same order: the print
// standard's (U+E0101 in Adobe-Japan1, U+E0103 in Moji_Joho) and the older one of JIS X 0208:1990
// (U+E0100, U+E0102). Compared by eye between Noto Serif CJK JP and IPAmj Mincho 005.01. A
// character with more shapes (葛 has seven in Moji_Joho) is not here: one shape of Adobe-Japan1 may
// stand for several of them, and a guess is a wrong name.
constexpr std::array<std::string_view, 6> two_shapes = {"辻", "祇", "榊", "樋", "樽", "餅"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> selectors = {{
    {"\U000E0100", "\U000E0102"},
    {"\U000E0101", "\U000E0103"},
}};

}  // namespace

std::string with_moji_joho_sequences(std::string_view text) {
  std::string out(text);
  for (const auto character : two_shapes) {
    for (const auto& [adobe, moji_joho] : selectors) {
      const std::string sequence = std::string(character) + std::string(adobe);
      for (auto at = out.find(sequence); at != std::string::npos; at = out.find(sequence, at)) {
        out.replace(at + character.size(), adobe.size(), moji_joho);
      }
    }
  }
  return out;
}

}  // namespace madoguchi::gateway
