#pragma once
// The rules of a call that need no call: what may be told, how much at once, what a note may hold.
// Pure.

#include <cstdint>
#include <string_view>

#include "firmware/base/timers.h"
#include "tools/gateway/consult/consult_live.h"

namespace madoguchi::gateway {

/// Lets `burst` pass at once and `per_s` in the long run.
class Bucket {
 public:
  Bucket(double per_s, double burst) : per_s_(per_s), burst_(burst), left_(burst) {}
  bool take(Timers::Monotonic now);

 private:
  double per_s_;
  double burst_;
  double left_;
  Timers::Monotonic at_{};
};

enum class Passes { yes, no, too_large };
/// Whether a console may say it to a kiosk, and a kiosk to a console.
Passes passes(const consult::ToKiosk& what);
Passes passes(const consult::FromKiosk& what);

inline constexpr std::size_t most_note = 60;  ///< characters
/// False for what could name somebody: six digits or more in a row, whatever stands between them
/// and however they are written (My Number, telephone, card, date of birth, postal code), or an
/// at-sign.
bool note_is_safe(std::string_view note);

/// Characters of UTF-8.
std::size_t characters(std::string_view text);

}  // namespace madoguchi::gateway
