#include "tests/visit/resident.h"

namespace madoguchi::test {

Resident usual_resident() {
  return {
      {"place_card", {"#insert"}},  {"pin", {"digit.1", "digit.2", "digit.3", "digit.4", "pin.ok"}},
      {"pin_wrong", {"cancel"}},    {"pin_last_try", {"cancel"}},
      {"kind", {"kind.residence"}}, {"options", {"next"}},
      {"review", {"pay"}},          {"take", {"#pull", "taken"}},
      {"satisfaction", {"rate.5"}}, {"goodbye", {"end"}},
      {"remove_card", {"#pull"}}};
}

std::string Hand::act(Resident& resident, ScriptedFront& front, ScriptedReader& reader) {
  if (front.shown.empty() || acted_on_ == front.shown.size()) return {};
  auto found = resident.find(front.now.name);
  // Nobody pulls a card that is not there.
  while (found != resident.end() && !found->second.empty() && found->second.front() == "#pull" &&
         !reader.inserted) {
    found->second.erase(found->second.begin());
  }
  if (found == resident.end() || found->second.empty()) return {};
  std::string action = found->second.front();
  if (action == "#wait") return {};
  if (action == "#insert") {
    reader.insert();
  } else if (action == "#badge") {
    reader.insert_badge(volunteers_badge());
  } else if (action == "#pull") {
    reader.pull();
  } else {
    if (!front.waiting() || !front.press(action)) return {};
  }
  found->second.erase(found->second.begin());
  acted_on_ = front.shown.size();
  return action;
}

}  // namespace madoguchi::test
