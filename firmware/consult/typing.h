#pragma once
// Typing in a call: the keyboards, and the line under the resident's finger. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/screen.h"

namespace madoguchi::consult {

/// Those of the typing practice (firmware/lesson/keyboard.h) with digits, marks and the keys that a
/// conversation needs: dakuten and small letters in Japanese, a space, and the end of the line.
std::vector<Keyboard> keyboards();

inline constexpr std::string_view end_of_line = "key.done";

/// What is typed so far, after every key (RTT).
class Line {
 public:
  /// A key of keyboards(); false when it changed nothing. The end of the line is the caller's.
  bool press(std::string_view key);
  void clear() { text_.clear(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  bool change_last(std::string_view pairs);
  std::string text_;
};

/// At most so many characters of outside text, without control characters; what was left out at the
/// end shows as "…", at the beginning as "…" too.
std::string first_characters(std::string_view text, std::size_t most);
std::string last_characters(std::string_view text, std::size_t most);

}  // namespace madoguchi::consult
