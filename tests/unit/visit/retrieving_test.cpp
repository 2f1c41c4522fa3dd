// Taking card and paper, walked exhaustively.

#include "firmware/visit/retrieving.h"

#include <CppUTest/TestHarness.h>

#include "tests/walk_table.h"

using namespace madoguchi;
using namespace madoguchi::visit;

namespace {

using Table = std::map<std::pair<Retrieving, RetrievingEvent>, RetrievingStep>;
using Action = RetrievingAction;

const Table& table() {
  using enum Retrieving;
  using enum RetrievingEvent;
  static const Table rows{
      {{presented, card_removed}, {card_taken, Action::show}},
      {{presented, silence}, {card_reminded, Action::remind}},
      {{card_reminded, card_removed}, {card_taken, Action::show}},
      {{card_reminded, silence}, {card_reminded_louder, Action::remind_louder}},
      {{card_reminded_louder, card_removed}, {card_taken, Action::show}},
      {{card_reminded_louder, silence}, {card_left, Action::lock}},
      {{card_left, card_removed}, {paper_left, Action::lock}},
      {{card_taken, paper_taken}, {taken, Action::none}},
      {{card_taken, silence}, {paper_reminded, Action::remind}},
      {{paper_reminded, paper_taken}, {taken, Action::none}},
      {{paper_reminded, silence}, {paper_reminded_louder, Action::remind_louder}},
      {{paper_reminded_louder, paper_taken}, {taken, Action::none}},
      {{paper_reminded_louder, silence}, {paper_left, Action::lock}},
      {{paper_left, paper_taken}, {taken, Action::none}},
  };
  return rows;
}

}  // namespace

TEST_GROUP(retrieving){};

TEST(retrieving, every_state_and_event) { test::walk(table(), step); }

TEST(retrieving, the_next_resident_waits_until_card_and_paper_are_gone) {
  for (const auto& [state, name] : enum_names(Retrieving{}))
    CHECK_TEXT(test::reachable(state, step).contains(Retrieving::taken), std::string(name).c_str());
}

TEST(retrieving, paper_is_never_taken_before_the_card) {
  for (const auto& [state, name] : enum_names(Retrieving{})) {
    const auto next = step(state, RetrievingEvent::paper_taken);
    if (next) CHECK_TEXT(card_is_gone(state), std::string(name).c_str());
  }
}

TEST(retrieving, reminders_come_10_and_30_seconds_after_each_is_presented) {
  for (Retrieving state : {Retrieving::presented, Retrieving::card_taken}) {
    std::vector<long> at;
    std::chrono::seconds passed{};
    while (const auto patience = patience_with(state)) {
      passed += *patience;
      at.push_back(passed.count());
      state = step(state, RetrievingEvent::silence)->next;
    }
    CHECK(at == (std::vector<long>{10, 30, 60}));
  }
}

TEST(retrieving, a_locked_kiosk_is_not_opened_by_waiting) {
  for (const Retrieving state : {Retrieving::card_left, Retrieving::paper_left}) {
    CHECK_FALSE(patience_with(state).has_value());
    CHECK_FALSE(step(state, RetrievingEvent::silence).has_value());
  }
}
