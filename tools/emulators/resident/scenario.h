#pragma once
// What the resident does on which screen. A table, one screen a line:
//
//   # screen     one step for each showing of the screen, left to right
//   welcome      press language.en | press service.certificate
//   place_card   do card insert
//   pin          press digit.1 | press digit.2 | press digit.3 | press digit.4
//   review       do printer jam, press pay
//   printing     -
//   error.*      press end
//
// `press ID` taps a control, `hold ID` keeps the finger on it, `swipe ID` pushes it to the left;
// `try ID` taps one that may be disabled: then it is left alone. `when ID` taps it as soon as the
// newest screen, whatever its name, has it enabled: for screens that change by themselves. `do
// WORDS` is for hands that this program does not have (put the card on the reader, take the paper):
// whoever runs it does so and answers. `-` looks on; so does a screen that is shown more often than
// it has steps. A name that ends in `*` stands for all screens that begin so and have no line of
// their own. A screen without a line is not in the scenario: the resident does not know it and says
// so.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi::resident {

struct Action {
  enum class Kind { press, press_if_enabled, press_when_there, hold, swipe, ask };
  Kind kind = Kind::press;
  std::string what;  ///< the control's id, or the words
  bool operator==(const Action&) const = default;
};
/// What is done for one showing of a screen, in this order; nothing means looking on.
using Step = std::vector<Action>;

class Scenario {
 public:
  /// Errors name the line.
  static Result<Scenario> parse(std::string_view table);

  /// The step for this showing of the screen. Nothing when the scenario has no line for the screen.
  std::optional<Step> next(const std::string& screen);

  /// Every screen counts its showings from the first step again: another resident comes.
  void begin_again();

 private:
  struct Row {
    std::vector<Step> steps;
    std::size_t done = 0;
  };
  Row* find(const std::string& screen);

  std::map<std::string, Row> rows_;
};

}  // namespace madoguchi::resident
