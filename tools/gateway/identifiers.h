#pragma once
// What kiosks name things with. Any thread.

#include <string_view>

namespace madoguchi::gateway {

/// As the kiosk makes them: 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);
/// BCP 47, roughly: letters, digits and hyphens, at most 35 (RFC 5646 4.4.1).
bool is_language_tag(std::string_view text);

}  // namespace madoguchi::gateway
