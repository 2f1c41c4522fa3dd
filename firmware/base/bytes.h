#pragma once
// Byte strings and their text forms.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string as_text(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// Lower-case hexadecimal, no separators.
std::string to_hex(ByteView bytes);
/// Even number of hex digits of either case; anything else is Errc::invalid.
Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 base64 with padding.
std::string to_base64(ByteView bytes);
/// Strict RFC 4648: padding required, no white space, no stray bits.
Result<Bytes> from_base64(std::string_view text);

/// Whether both are equal; takes the same time for any content of the same length.
bool equal_constant_time(ByteView a, ByteView b);

/// Whether the text is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// n bytes from the kernel's random source. Aborts if the kernel has none: nothing here works
/// without.
Bytes random_bytes(std::size_t n);
/// A random version 4 UUID in its usual 36-character form.
std::string random_uuid();

}  // namespace madoguchi
