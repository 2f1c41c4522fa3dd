#include "firmware/base/utc.h"

#include <array>
#include <ctime>

namespace madoguchi {

std::string utc_text(Timers::Wall when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  std::array<char, 40> text{};
  gmtime_r(&seconds, &parts);
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

}  // namespace madoguchi
