// The power fails at every point of an update: whatever was running or written, the kiosk ends with
// one of its two versions, knows which, and says so to the server once it is over.
#include <CppUTest/TestHarness.h>

#include "tests/unit/update/machine.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using update::State;

namespace {

/// Until nothing is to be done and all is told; the server goes on offering what is not closed.
void settle(Machine& machine) {
  for (int turns = 0; turns < 800 && !machine.was_cut(); ++turns) {
    const auto closed = [&] {
      return !machine.said(UpdatePhase::succeeded).empty() ||
             !machine.said(UpdatePhase::failed).empty();
    };
    if (!closed()) machine.offer();
    machine.pass(3min);
    if (closed() && machine.agent->standing().state == State::idle) return;
  }
  if (!machine.was_cut()) FAIL("the update does not end");
}

int points_of_a_whole_update(bool passes) {
  Machine machine;
  machine.new_slot_passes = passes;
  settle(machine);
  return machine.points();
}

}  // namespace

// clang-format off
TEST_GROUP(PowerCut) {};
// clang-format on

TEST(PowerCut, at_every_point_of_an_update_that_succeeds) {
  const int points = points_of_a_whole_update(true);
  CHECK(points > 25);
  int cuts = 0;
  for (int point = 1; point <= points; ++point) {
    Machine machine;
    machine.cut_at(point);
    settle(machine);
    if (!machine.was_cut()) continue;
    ++cuts;
    machine.power_cut();
    settle(machine);
    const std::string at = "cut at point " + std::to_string(point);
    STRCMP_EQUAL_TEXT("2.0", machine.version().c_str(), at.c_str());
    CHECK_EQUAL_TEXT(4u, machine.counter, at.c_str());
    CHECK_EQUAL_TEXT(0u, machine.said(UpdatePhase::failed).size(), at.c_str());
    CHECK_TEXT(!machine.said(UpdatePhase::succeeded).empty(), at.c_str());
    // And it stays: the slot is good.
    machine.power_cut();
    STRCMP_EQUAL_TEXT("2.0", machine.version().c_str(), at.c_str());
  }
  CHECK(cuts > 25);
}

TEST(PowerCut, at_every_point_of_an_update_that_goes_back) {
  const int points = points_of_a_whole_update(false);
  for (int point = 1; point <= points; ++point) {
    Machine machine;
    machine.new_slot_passes = false;
    machine.cut_at(point);
    settle(machine);
    if (!machine.was_cut()) continue;
    machine.power_cut();
    settle(machine);
    const std::string at = "cut at point " + std::to_string(point);
    STRCMP_EQUAL_TEXT("1.0", machine.version().c_str(), at.c_str());
    CHECK_EQUAL_TEXT(3u, machine.counter, at.c_str());
    CHECK_EQUAL_TEXT(0u, machine.said(UpdatePhase::succeeded).size(), at.c_str());
    CHECK_TEXT(!machine.said(UpdatePhase::failed).empty(), at.c_str());
  }
}

TEST(PowerCut, kioskd_alone_ends_at_every_state) {
  for (const State state : {State::ready, State::installing, State::installed, State::restarting,
                            State::trying, State::keeping}) {
    Machine machine;
    if (state == State::ready) machine.devices_well = false;
    machine.restart_comes = state != State::restarting;
    if (state == State::installed) machine.during_install = [&] { machine.agent->serving(true); };
    machine.offer();
    for (int i = 0; i < 200'000 && machine.agent->standing().state != state; ++i) machine.pass(1ms);
    const std::string at(codec::enum_name(state));
    CHECK_TEXT(machine.agent->standing().state == state, at.c_str());
    machine.restart_kioskd();
    machine.devices_well = machine.restart_comes = true;
    settle(machine);
    STRCMP_EQUAL_TEXT("2.0", machine.version().c_str(), at.c_str());
    CHECK_EQUAL_TEXT(4u, machine.counter, at.c_str());
    CHECK_TEXT(machine.installs <= 2, at.c_str());
  }
}
