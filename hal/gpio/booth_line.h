#pragma once
// Which input the switch at the booth's door is on: "/dev/gpiochip0:17", with "!" before the number
// for a switch that is open when the door is closed. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace madoguchi {

struct BoothLine {
  std::string chip;
  std::uint32_t number = 0;
  bool inverted = false;

  static std::optional<BoothLine> parse(std::string_view text);
};

}  // namespace madoguchi
