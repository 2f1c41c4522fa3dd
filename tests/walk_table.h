#pragma once
// Walks a table of state x event exhaustively: what stands in the test's own copy must come out,
// and everything else must be impossible.

#include <map>
#include <set>
#include <string>

#include <CppUTest/TestHarness.h>

#include "firmware/message/codec.h"

namespace madoguchi::test {

template <class State, class Event, class Step>
void walk(const std::map<std::pair<State, Event>, Step>& expected,
          std::optional<Step> (*step)(State, Event)) {
  for (const auto& [state, state_name] : enum_names(State{})) {
    for (const auto& [event, event_name] : enum_names(Event{})) {
      const std::string at = std::string(state_name) + " x " + std::string(event_name);
      const auto row = expected.find({state, event});
      const std::optional<Step> result = step(state, event);
      CHECK_EQUAL_TEXT(row != expected.end(), result.has_value(), at.c_str());
      if (row != expected.end()) CHECK_TEXT(*result == row->second, at.c_str());
    }
  }
}

/// Every state that can follow, the start included.
template <class State, class Event, class Step>
std::set<State> reachable(State start, std::optional<Step> (*step)(State, Event)) {
  std::set<State> reached{start};
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const State from : std::set<State>(reached)) {
      for (const auto& [event, name] : enum_names(Event{})) {
        if (const auto next = step(from, event)) reached.insert(next->next);
      }
    }
  }
  return reached;
}

}  // namespace madoguchi::test
