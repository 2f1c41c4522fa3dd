#pragma once
// What comes from a code reader, made into lines: a code's content is printable ASCII and ends with
// CR, LF or both. Pure.

#include <deque>
#include <optional>
#include <string>

#include "firmware/base/bytes.h"

namespace madoguchi {

class CodeLines {
 public:
  static constexpr std::size_t longest = 512;

  /// Whatever came, in whatever pieces.
  void add(ByteView bytes);
  /// The next whole line, 1 to `longest` characters. A line with anything else in it, or a longer
  /// one, was dropped whole.
  std::optional<std::string> next();
  /// Whether a line was begun and not ended.
  [[nodiscard]] bool begun() const { return bad_ || !line_.empty(); }
  /// The rest of the line that was begun is not coming any more.
  void drop_begun();
  void forget();

 private:
  std::string line_;
  bool bad_ = false;  ///< until its end
  std::deque<std::string> whole_;
};

}  // namespace madoguchi
