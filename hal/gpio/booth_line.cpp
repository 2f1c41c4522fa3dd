#include "hal/gpio/booth_line.h"

#include <charconv>

namespace madoguchi {

std::optional<BoothLine> BoothLine::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !text.starts_with("/dev/") || colon < 6)
    return std::nullopt;
  BoothLine out;
  out.chip = text.substr(0, colon);
  std::string_view number = text.substr(colon + 1);
  out.inverted = number.starts_with('!');
  if (out.inverted) number.remove_prefix(1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), out.number);
  const bool whole = error == std::errc() && end == number.data() + number.size();
  if (!whole || out.number > 1023) return std::nullopt;
  return out;
}

}  // namespace madoguchi
