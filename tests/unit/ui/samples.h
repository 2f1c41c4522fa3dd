#pragma once
// Screens of every kind of body with words as a kiosk says them, for tests of layout and drawing.
// They need no catalogue of a visit: their words are literals.

#include <string>
#include <vector>

#include "firmware/message/screen.h"

namespace madoguchi::ui {

/// Every body, some of them in more than one state. `language` is "ja" or "en".
std::vector<Screen> sample_screens(const std::string& language, TextSize size);
Screen sample_named(const std::string& name, const std::string& language = "ja",
                    TextSize size = TextSize::m);

/// The PIN pad in one state; keys are "digit.0" to "digit.9" and "erase".
Screen pin_sample(const std::string& language, TextSize size, int entered, int tries_left);

}  // namespace madoguchi::ui
