#pragma once
// Chance that can be played again: every decision has dice of its own, thrown from what it is
// about, so that one decision more or less leaves all others as they were.

#include <cstdint>
#include <initializer_list>
#include <random>

namespace madoguchi::campaign {

class Dice {
 public:
  Dice(std::initializer_list<std::uint64_t> about) : engine_(mixed(about)) {}

  [[nodiscard]] bool chance(double probability) { return unit_(engine_) < probability; }
  /// From least to most, both included.
  [[nodiscard]] int number(int least, int most) {
    return least + static_cast<int>(engine_() % static_cast<std::uint64_t>(most - least + 1));
  }
  template <class Container>
  [[nodiscard]] const auto& one_of(const Container& all) {
    return all[static_cast<std::size_t>(number(0, static_cast<int>(all.size()) - 1))];
  }

 private:
  // SplitMix64's finaliser over each number in turn.
  static std::uint64_t mixed(std::initializer_list<std::uint64_t> about) {
    std::uint64_t state = 0;
    for (const std::uint64_t each : about) {
      state += each + 0x9E3779B97F4A7C15;
      state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
      state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
      state ^= state >> 31;
    }
    return state;
  }

  std::mt19937_64 engine_;
  std::uniform_real_distribution<double> unit_{0, 1};
};

}  // namespace madoguchi::campaign
