#pragma once
// Ideographic variation sequences of two collections (UTS #37). Other systems of a city often write
// names with the selectors of Adobe-Japan1; the font of the certificates (IPAmj Mincho) answers
// only those of Moji_Joho.

#include <string>
#include <string_view>

namespace madoguchi::gateway {

/// The text with Adobe-Japan1 sequences replaced by the Moji_Joho sequence of the same shape, where
/// that is known to be safe. All others stay as they are, and the layout of a certificate refuses
/// them (glyph_missing).
std::string with_moji_joho_sequences(std::string_view text);

}  // namespace madoguchi::gateway
