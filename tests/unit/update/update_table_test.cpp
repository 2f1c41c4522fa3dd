#include "firmware/update/update_table.h"

#include "tests/walk_table.h"

using namespace madoguchi;
using namespace madoguchi::update;
using enum State;

namespace {

using Table = std::map<std::pair<State, update::Event>, Step>;

/// The test's own copy, by what must hold rather than by rows.
Table expected() {
  using E = update::Event;
  Table out;
  out[{idle, E::offer}] = {offered, Action::none};
  for (const E start : {E::same_boot, E::up_in_old, E::up_in_new})
    out[{idle, start}] = {idle, Action::none};
  for (const State early : {offered, fetching, ready}) {
    out[{early, E::withdraw}] = {idle, Action::none};
    for (const E start : {E::same_boot, E::up_in_old}) out[{early, start}] = {idle, Action::none};
  }
  out[{offered, E::fetch}] = {fetching, Action::fetch};
  for (const State unchecked : {offered, fetching}) {
    out[{unchecked, E::checked}] = {ready, Action::none};
    out[{unchecked, E::refuse}] = {refused, Action::tell};
  }
  for (const State breakable : {fetching, ready, installing})
    out[{breakable, E::broke}] = {failed, Action::tell};
  out[{ready, E::begin}] = {installing, Action::install};
  out[{installing, E::written}] = {installed, Action::none};
  out[{installing, E::same_boot}] = {installing, Action::attach};
  out[{installing, E::up_in_old}] = {idle, Action::none};
  for (const State written : {installed, restarting}) {
    out[{written, E::restart}] = {restarting, Action::restart};
    out[{written, E::same_boot}] = {installed, Action::none};
  }
  for (const State before : {installing, installed, restarting, trying})
    out[{before, E::up_in_new}] = {trying, Action::self_test};
  for (const State gone : {installed, restarting, trying, keeping, leaving})
    out[{gone, E::up_in_old}] = {returned, Action::tell};
  out[{trying, E::passed}] = {keeping, Action::mark_good};
  out[{trying, E::not_passed}] = {leaving, Action::mark_bad};
  out[{trying, E::same_boot}] = {trying, Action::self_test};
  out[{keeping, E::marked}] = {good, Action::tell};
  out[{keeping, E::broke}] = {leaving, Action::mark_bad};
  for (const E again : {E::same_boot, E::up_in_new}) {
    out[{keeping, again}] = {keeping, Action::mark_good};
    out[{leaving, again}] = {leaving, Action::mark_bad};
  }
  out[{leaving, E::restart}] = {leaving, Action::mark_bad};
  for (const State end : {good, returned, failed, refused}) {
    out[{end, E::told}] = {idle, Action::none};
    for (const E start : {E::same_boot, E::up_in_old, E::up_in_new})
      out[{end, start}] = {end, Action::tell};
  }
  return out;
}

}  // namespace

// clang-format off
TEST_GROUP(UpdateTable) {};
// clang-format on

TEST(UpdateTable, every_state_and_event) { test::walk(expected(), &update::step); }

TEST(UpdateTable, every_state_survives_every_start) {
  using E = update::Event;
  for (const auto& [state, name] : enum_names(State{})) {
    CHECK_TEXT(step(state, E::same_boot).has_value(), std::string(name).c_str());
    CHECK_TEXT(step(state, E::up_in_old).has_value(), std::string(name).c_str());
  }
}

TEST(UpdateTable, success_is_reached_through_a_passed_self_test_only) {
  for (const auto& [state, state_name] : enum_names(State{})) {
    for (const auto& [event, event_name] : enum_names(update::Event{})) {
      const auto next = step(state, event);
      if (!next || next->next == state) continue;
      if (next->next == good) CHECK(state == keeping);
      if (next->next == keeping) CHECK(state == trying && event == update::Event::passed);
    }
  }
}

TEST(UpdateTable, all_states_are_reachable) {
  CHECK_EQUAL(enum_names(State{}).size(), test::reachable(State::idle, &update::step).size());
}
