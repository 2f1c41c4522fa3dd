#pragma once
// A resident is a table: on this screen, press these controls, one after another.

#include <map>
#include <string>
#include <vector>

#include "tests/visit/world.h"

namespace madoguchi::test {

/// Screen name -> what to press when it is shown, in order; "#insert", "#pull" act on the card;
/// "#badge" lays the volunteer's badge down;
/// "#wait" lets time pass (the resident does nothing any more on this screen).
using Resident = std::map<std::string, std::vector<std::string>>;

/// Somebody who knows the PIN (1234) and wants one residence certificate.
Resident usual_resident();

/// Presses what the resident wants, once on each screen that was shown, and only when somebody
/// listens.
class Hand {
 public:
  /// What was done now; empty when there was nothing to do.
  std::string act(Resident& resident, ScriptedFront& front, ScriptedReader& reader);

 private:
  std::size_t acted_on_ = 0;
};

}  // namespace madoguchi::test
