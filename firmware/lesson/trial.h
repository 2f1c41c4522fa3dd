#pragma once
// One practice as it goes on: what was tried, what is said to it, how large the target is now. It
// cannot fail: a target that was missed grows, and whoever wants to goes on. Pure.

#include <string>
#include <string_view>

#include "firmware/lesson/lesson.h"

namespace madoguchi::lesson {

class Trial {
 public:
  explicit Trial(Exercise exercise);

  static constexpr const char* target_id = "practice.target";

  /// Takes what was pressed of the practice: its target, a miss or a key. Anything else: false.
  bool press(std::string_view control, const std::string& language);
  [[nodiscard]] bool complete() const;
  /// What is to be shown now.
  [[nodiscard]] Practice body() const;

 private:
  void went_well();
  void missed(std::string_view miss);
  void typed(std::string_view letter, const std::string& language);

  Exercise exercise_;
  std::int32_t done_ = 0;
  std::int32_t target_mm_;
  std::string typed_;
  std::string feedback_;  ///< key of the catalogue; empty: none
  bool went_well_ = false;
};

}  // namespace madoguchi::lesson
