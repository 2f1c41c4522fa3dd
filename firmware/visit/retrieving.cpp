#include "firmware/visit/retrieving.h"

#include <algorithm>
#include <array>

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

struct Row {
  Retrieving state;
  RetrievingEvent event;
  RetrievingStep step;
};

using enum Retrieving;
using enum RetrievingEvent;
using Action = RetrievingAction;

constexpr std::array rows{
    Row{presented, card_removed, {card_taken, Action::show}},
    Row{presented, silence, {card_reminded, Action::remind}},
    Row{card_reminded, card_removed, {card_taken, Action::show}},
    Row{card_reminded, silence, {card_reminded_louder, Action::remind_louder}},
    Row{card_reminded_louder, card_removed, {card_taken, Action::show}},
    Row{card_reminded_louder, silence, {card_left, Action::lock}},
    // Whoever takes the card from a locked kiosk may not be its holder: the paper stays locked.
    Row{card_left, card_removed, {paper_left, Action::lock}},

    Row{card_taken, paper_taken, {taken, Action::none}},
    Row{card_taken, silence, {paper_reminded, Action::remind}},
    Row{paper_reminded, paper_taken, {taken, Action::none}},
    Row{paper_reminded, silence, {paper_reminded_louder, Action::remind_louder}},
    Row{paper_reminded_louder, paper_taken, {taken, Action::none}},
    Row{paper_reminded_louder, silence, {paper_left, Action::lock}},
    Row{paper_left, paper_taken, {taken, Action::none}},
};

}  // namespace

std::optional<RetrievingStep> step(Retrieving state, RetrievingEvent event) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
    return each.state == state && each.event == event;
  });
  if (row == rows.end()) return std::nullopt;
  return row->step;
}

std::optional<std::chrono::seconds> patience_with(Retrieving state) {
  switch (state) {
    case presented:
    case card_taken:
      return 10s;
    case card_reminded:
    case paper_reminded:
      return 20s;
    case card_reminded_louder:
    case paper_reminded_louder:
      return 30s;
    case card_left:
    case paper_left:
    case taken:
      return std::nullopt;
  }
  return std::nullopt;
}

bool card_is_gone(Retrieving state) {
  return state != presented && state != card_reminded && state != card_reminded_louder &&
         state != card_left;
}

}  // namespace madoguchi::visit
