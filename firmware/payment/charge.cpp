#include "firmware/payment/charge.h"

#include <algorithm>
#include <array>

namespace madoguchi::payment {
namespace {

struct Row {
  State state;
  Event event;
  Step step;
};

using enum State;
using enum Action;

constexpr std::array rows{
    Row{idle, Event::pay, {paying, send_payment}},
    Row{idle, Event::resumed, {not_charged, none}},

    Row{paying, Event::confirmed, {charged, none}},
    Row{paying, Event::misbooked, {reversing, send_reversal}},
    Row{paying, Event::declined, {not_charged, none}},
    Row{paying, Event::no_answer, {checking, ask_status}},
    Row{paying, Event::resumed, {checking, ask_status}},

    Row{checking, Event::confirmed, {charged, none}},
    Row{checking, Event::misbooked, {reversing, send_reversal}},
    Row{checking, Event::declined, {not_charged, none}},
    Row{checking, Event::not_found, {checking, wait_and_ask}},
    Row{checking, Event::not_found_again, {not_charged, none}},
    Row{checking, Event::in_progress, {checking, wait_and_ask}},
    Row{checking, Event::no_answer, {checking, wait_and_ask}},
    Row{checking, Event::gave_up, {unresolved, call_staff}},
    Row{checking, Event::resumed, {checking, ask_status}},

    Row{charged, Event::reverse, {reversing, send_reversal}},
    Row{charged, Event::reverse_after_restart, {checking_reversal, ask_status}},
    Row{charged, Event::resumed, {charged, none}},

    Row{reversing, Event::confirmed, {reversed, none}},
    Row{reversing, Event::misbooked, {unresolved, call_staff}},
    Row{reversing, Event::declined, {unresolved, call_staff}},
    Row{reversing, Event::no_answer, {checking_reversal, ask_status}},
    Row{reversing, Event::resumed, {checking_reversal, ask_status}},

    Row{checking_reversal, Event::confirmed, {reversed, none}},
    Row{checking_reversal, Event::misbooked, {unresolved, call_staff}},
    Row{checking_reversal, Event::declined, {unresolved, call_staff}},
    Row{checking_reversal, Event::not_found, {checking_reversal, wait_and_ask}},
    Row{checking_reversal, Event::not_found_again, {reversing, send_reversal}},
    Row{checking_reversal, Event::in_progress, {checking_reversal, wait_and_ask}},
    Row{checking_reversal, Event::no_answer, {checking_reversal, wait_and_ask}},
    Row{checking_reversal, Event::gave_up, {unresolved, call_staff}},
    Row{checking_reversal, Event::resumed, {checking_reversal, ask_status}},

    Row{not_charged, Event::resumed, {not_charged, none}},
    Row{reversed, Event::resumed, {reversed, none}},
    Row{unresolved, Event::resumed, {unresolved, none}},
};

}  // namespace

std::optional<Step> step(State state, Event event) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
    return each.state == state && each.event == event;
  });
  if (row == rows.end()) return std::nullopt;
  return row->step;
}

}  // namespace madoguchi::payment
