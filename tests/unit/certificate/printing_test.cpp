// The print table, walked exhaustively.

#include "firmware/certificate/printing.h"

#include <CppUTest/TestHarness.h>

#include "tests/walk_table.h"

using namespace madoguchi;
using namespace madoguchi::certificate;

namespace {

using Table = std::map<std::pair<PrintState, PrintEvent>, PrintStep>;
using Action = PrintAction;
using Event = PrintEvent;

const Table& table() {
  using enum PrintState;
  static const Table rows{
      {{idle, Event::print}, {submitting, Action::submit}},
      {{idle, Event::resumed}, {failed, Action::none}},
      {{submitting, Event::accepted}, {printing, Action::follow}},
      {{submitting, Event::refused}, {failed, Action::none}},
      {{submitting, Event::reply_lost}, {looking, Action::find}},
      {{submitting, Event::resumed}, {withdrawing, Action::withdraw}},
      {{looking, Event::found}, {printing, Action::follow}},
      {{looking, Event::not_found}, {submitting, Action::submit}},
      {{looking, Event::gave_up}, {failed, Action::none}},
      {{looking, Event::no_answer}, {lost, Action::none}},
      {{looking, Event::resumed}, {withdrawing, Action::withdraw}},
      {{printing, Event::completed}, {completed, Action::none}},
      {{printing, Event::ended_short}, {failed, Action::none}},
      {{printing, Event::out_of_patience}, {withdrawing, Action::withdraw}},
      {{printing, Event::no_answer}, {lost, Action::none}},
      {{printing, Event::resumed}, {withdrawing, Action::withdraw}},
      {{withdrawing, Event::completed}, {completed, Action::none}},
      {{withdrawing, Event::ended_short}, {failed, Action::none}},
      {{withdrawing, Event::not_found}, {failed, Action::none}},
      {{withdrawing, Event::no_answer}, {lost, Action::none}},
      {{withdrawing, Event::resumed}, {withdrawing, Action::withdraw}},
      {{lost, Event::resumed}, {withdrawing, Action::withdraw}},
      {{completed, Event::resumed}, {completed, Action::none}},
      {{failed, Event::resumed}, {failed, Action::none}},
  };
  return rows;
}

}  // namespace

TEST_GROUP(printing){};

TEST(printing, every_state_and_event) { test::walk(table(), step); }

TEST(printing, every_state_that_rests_can_be_resumed) {
  for (const auto& [state, name] : enum_names(PrintState{}))
    CHECK_TEXT(step(state, Event::resumed).has_value(), std::string(name).c_str());
}

TEST(printing, a_job_is_handed_over_only_once_unless_the_printer_says_that_it_never_took_it) {
  for (const auto& [pair, next] : table()) {
    if (next.action != Action::submit) continue;
    CHECK(pair == std::pair(PrintState::idle, Event::print) ||
          pair == std::pair(PrintState::looking, Event::not_found));
  }
}

TEST(printing, after_a_restart_nothing_is_handed_over) {
  for (const auto& [state, name] : enum_names(PrintState{}))
    CHECK(step(state, Event::resumed)->action != Action::submit);
}

TEST(printing, only_the_printers_word_completes) {
  for (const auto& [pair, next] : table()) {
    if (next.next != PrintState::completed || pair.first == PrintState::completed) continue;
    CHECK(pair.second == Event::completed);
  }
}

TEST(printing, every_state_reaches_an_end) {
  for (const auto& [state, name] : enum_names(PrintState{})) {
    const auto reached = test::reachable(state, step);
    CHECK(reached.contains(PrintState::completed) || reached.contains(PrintState::failed));
  }
}
