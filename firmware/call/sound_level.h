#pragma once
// How loud it is, and whether it is silent. Fed by the threads of the sound, read once a second by
// the loop.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <span>

namespace madoguchi::call {

inline constexpr double silence_dbfs = -100;

class SoundLevel {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Samples as they pass. Any thread.
  void add(std::span<const std::int16_t> samples) {
    int peak = 0;
    for (const std::int16_t sample : samples) peak = std::max(peak, std::abs(int{sample}));
    int before = peak_.load(std::memory_order_relaxed);
    while (peak > before && !peak_.compare_exchange_weak(before, peak)) {
    }
  }

  /// Peak in dB below full scale since the last call. Loop thread, as all below.
  double take(Time now) {
    const int peak = peak_.exchange(0);
    if (peak > least_peak) heard_at_ = now;
    return peak == 0 ? silence_dbfs : std::max(silence_dbfs, 20 * std::log10(peak / 32768.0));
  }
  /// Nothing was to be heard for three seconds, though it should have been since start().
  [[nodiscard]] bool silent(Time now) const { return now - heard_at_ >= std::chrono::seconds(3); }
  /// From now on sound is expected.
  void start(Time now) { heard_at_ = now; }

 private:
  // What a muted source gives: digital silence, or a codec's rounding of it.
  static constexpr int least_peak = 1;
  std::atomic<int> peak_{0};
  Time heard_at_{};
};

}  // namespace madoguchi::call
