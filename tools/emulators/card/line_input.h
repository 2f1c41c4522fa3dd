#pragma once
// Lines from a descriptor that is polled.

#include <optional>
#include <string>

namespace madoguchi::emulator {

class LineInput {
 public:
  explicit LineInput(int fd) : fd_(fd) {}

  /// Reads what is there. False at the end of the input.
  bool receive();
  /// The next whole line, without its end.
  std::optional<std::string> next();

 private:
  int fd_;
  std::string text_;
};

}  // namespace madoguchi::emulator
