// The charge table, walked exhaustively: every state x event is either a row or listed as
// impossible.

#include "firmware/payment/charge.h"

#include <map>
#include <set>

#include <CppUTest/TestHarness.h>

#include "tests/walk_table.h"

using namespace madoguchi;
using namespace madoguchi::payment;

namespace {

using Pair = std::pair<State, Event>;

const std::map<Pair, Step>& table() {
  using enum State;
  static const std::map<Pair, Step> rows{
      {{idle, Event::pay}, {paying, Action::send_payment}},
      {{idle, Event::resumed}, {not_charged, Action::none}},
      {{paying, Event::confirmed}, {charged, Action::none}},
      {{paying, Event::misbooked}, {reversing, Action::send_reversal}},
      {{paying, Event::declined}, {not_charged, Action::none}},
      {{paying, Event::no_answer}, {checking, Action::ask_status}},
      {{paying, Event::resumed}, {checking, Action::ask_status}},
      {{checking, Event::confirmed}, {charged, Action::none}},
      {{checking, Event::misbooked}, {reversing, Action::send_reversal}},
      {{checking, Event::declined}, {not_charged, Action::none}},
      {{checking, Event::not_found}, {checking, Action::wait_and_ask}},
      {{checking, Event::not_found_again}, {not_charged, Action::none}},
      {{checking, Event::in_progress}, {checking, Action::wait_and_ask}},
      {{checking, Event::no_answer}, {checking, Action::wait_and_ask}},
      {{checking, Event::gave_up}, {unresolved, Action::call_staff}},
      {{checking, Event::resumed}, {checking, Action::ask_status}},
      {{charged, Event::reverse}, {reversing, Action::send_reversal}},
      {{charged, Event::reverse_after_restart}, {checking_reversal, Action::ask_status}},
      {{charged, Event::resumed}, {charged, Action::none}},
      {{reversing, Event::confirmed}, {reversed, Action::none}},
      {{reversing, Event::misbooked}, {unresolved, Action::call_staff}},
      {{reversing, Event::declined}, {unresolved, Action::call_staff}},
      {{reversing, Event::no_answer}, {checking_reversal, Action::ask_status}},
      {{reversing, Event::resumed}, {checking_reversal, Action::ask_status}},
      {{checking_reversal, Event::confirmed}, {reversed, Action::none}},
      {{checking_reversal, Event::misbooked}, {unresolved, Action::call_staff}},
      {{checking_reversal, Event::declined}, {unresolved, Action::call_staff}},
      {{checking_reversal, Event::not_found}, {checking_reversal, Action::wait_and_ask}},
      {{checking_reversal, Event::not_found_again}, {reversing, Action::send_reversal}},
      {{checking_reversal, Event::in_progress}, {checking_reversal, Action::wait_and_ask}},
      {{checking_reversal, Event::no_answer}, {checking_reversal, Action::wait_and_ask}},
      {{checking_reversal, Event::gave_up}, {unresolved, Action::call_staff}},
      {{checking_reversal, Event::resumed}, {checking_reversal, Action::ask_status}},
      {{not_charged, Event::resumed}, {not_charged, Action::none}},
      {{reversed, Event::resumed}, {reversed, Action::none}},
      {{unresolved, Event::resumed}, {unresolved, Action::none}},
  };
  return rows;
}

}  // namespace

TEST_GROUP(charge){};

TEST(charge, every_state_and_event) { test::walk(table(), step); }

TEST(charge, a_payment_is_sent_from_idle_only) {
  for (const auto& [pair, step] : table()) {
    if (step.action == Action::send_payment) CHECK(pair.first == State::idle);
  }
}

TEST(charge, every_state_that_rests_can_be_resumed) {
  for (const auto& [state, name] : enum_names(State{}))
    CHECK(step(state, Event::resumed).has_value());
}

TEST(charge, every_state_reaches_a_final_one) {
  const std::set<State> settled{State::not_charged, State::charged, State::reversed,
                                State::unresolved};
  for (const auto& [start, name] : enum_names(State{})) {
    const std::set<State> reached = test::reachable(start, step);
    bool ends = false;
    for (const State state : reached) ends = ends || settled.contains(state);
    CHECK(ends);
  }
}

TEST(charge, only_a_charged_record_has_cost_anything) {
  ChargeRecord record;
  record.booked_yen = 300;
  for (const auto& [state, name] : enum_names(State{})) {
    record.state = state;
    LONGS_EQUAL(state == State::charged ? 300 : 0, record.net_yen());
  }
}
