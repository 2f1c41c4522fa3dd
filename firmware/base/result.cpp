#include "firmware/base/result.h"

#include <array>

namespace madoguchi {

std::string_view name_of(Errc code) {
  static constexpr std::array<std::string_view, 12> names{
      "cancelled", "timeout",   "gone",        "io",   "protocol", "refused",
      "invalid",   "not_found", "unsupported", "busy", "full",     "integrity"};
  return names[static_cast<std::size_t>(code)];
}

std::string Error::text() const {
  return where + ": " + what + " (" + std::string(name_of(code)) + ")";
}

}  // namespace madoguchi
