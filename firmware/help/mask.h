#pragma once
// What a helper may see of a screen. It works at the source: what mask() takes out never leaves
// kioskd (adr/0013). It hides what it does not know: a text passes only if it is words of the
// catalogue with plain numbers. What passes beside that is named one by one (said_to_the_room() in
// mask.cpp): numbers that are called out loud and the crowding lamp, which hang over everybody's
// heads. A booking's code stays covered: whoever has it can cancel the booking. Pure.

#include "firmware/message/screen.h"

namespace madoguchi::help {

struct Masked {
  Screen screen;
  bool hidden = false;  ///< what the screen asks or shows was taken out as a whole
};

/// A PIN pad and a rating are taken out whole: neither digits, nor how many were typed, nor how
/// many tries are left. Of a form and a review the private values are: names, and which of the
/// names are chosen. The controls that stay keep their ids, so that a helper can point at them.
Masked mask(const Screen& screen);

/// Whether a helper may point at it: it stands on the masked screen.
bool may_point_at(const Masked& masked, std::string_view control);

}  // namespace madoguchi::help
