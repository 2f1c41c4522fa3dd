#include "hal/code_reader/code_line.h"

namespace madoguchi {
namespace {

constexpr std::size_t most_waiting = 16;  // somebody plays with it, and nobody asks

bool is_end(std::uint8_t byte) { return byte == '\r' || byte == '\n'; }
bool is_printable(std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; }

}  // namespace

void CodeLines::add(ByteView bytes) {
  for (const std::uint8_t byte : bytes) {
    if (is_end(byte)) {
      if (!bad_ && !line_.empty() && whole_.size() < most_waiting)
        whole_.push_back(std::move(line_));
      drop_begun();
    } else if (!is_printable(byte) || line_.size() == longest) {
      bad_ = true;
    } else if (!bad_) {
      line_ += static_cast<char>(byte);
    }
  }
}

std::optional<std::string> CodeLines::next() {
  if (whole_.empty()) return std::nullopt;
  std::string line = std::move(whole_.front());
  whole_.pop_front();
  return line;
}

void CodeLines::drop_begun() {
  line_.clear();
  bad_ = false;
}

void CodeLines::forget() {
  drop_begun();
  whole_.clear();
}

}  // namespace madoguchi
