#include "tools/emulators/card/line_input.h"

#include <array>
#include <cerrno>

#include <unistd.h>

namespace madoguchi::emulator {

bool LineInput::receive() {
  std::array<char, 512> part;
  const ssize_t n = read(fd_, part.data(), part.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  text_.append(part.data(), static_cast<std::size_t>(n));
  return n > 0;
}

std::optional<std::string> LineInput::next() {
  const std::size_t end = text_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = text_.substr(0, end);
  text_.erase(0, end + 1);
  return line;
}

}  // namespace madoguchi::emulator
