#pragma once
// Whether a press on one screen counts on another.

#include "firmware/message/screen.h"

namespace madoguchi {

/// Whether `now` puts the question that `before` put, so that a press that crossed the change
/// counts if its control is still there: somebody who types a PIN quickly presses the next digit
/// before the last one is drawn, and a call's screen changes by itself under the finger. A review
/// asks another question as soon as anything differs of what it sums up: nobody has agreed to an
/// amount that was not on the screen.
inline bool same_question(const Screen& before, const Screen& now) {
  if (before.name != now.name) return false;
  return !std::holds_alternative<Review>(now.body) || before.body == now.body;
}

}  // namespace madoguchi
