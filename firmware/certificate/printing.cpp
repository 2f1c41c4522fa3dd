#include "firmware/certificate/printing.h"

#include <algorithm>
#include <array>

namespace madoguchi::certificate {
namespace {

struct Row {
  PrintState state;
  PrintEvent event;
  PrintStep step;
};

using enum PrintState;
using enum PrintAction;
using Event = PrintEvent;

constexpr std::array rows{
    Row{idle, Event::print, {submitting, submit}},
    Row{idle, Event::resumed, {failed, none}},

    Row{submitting, Event::accepted, {printing, follow}},
    Row{submitting, Event::refused, {failed, none}},
    Row{submitting, Event::reply_lost, {looking, find}},
    Row{submitting, Event::resumed, {withdrawing, withdraw}},

    Row{looking, Event::found, {printing, follow}},
    Row{looking, Event::not_found, {submitting, submit}},
    Row{looking, Event::gave_up, {failed, none}},
    Row{looking, Event::no_answer, {lost, none}},
    Row{looking, Event::resumed, {withdrawing, withdraw}},

    Row{printing, Event::completed, {completed, none}},
    Row{printing, Event::ended_short, {failed, none}},
    Row{printing, Event::out_of_patience, {withdrawing, withdraw}},
    Row{printing, Event::no_answer, {lost, none}},
    Row{printing, Event::resumed, {withdrawing, withdraw}},

    // The printer has the last word: the job may have been completed just before.
    Row{withdrawing, Event::completed, {completed, none}},
    Row{withdrawing, Event::ended_short, {failed, none}},
    Row{withdrawing, Event::not_found, {failed, none}},
    Row{withdrawing, Event::no_answer, {lost, none}},
    Row{withdrawing, Event::resumed, {withdrawing, withdraw}},

    Row{lost, Event::resumed, {withdrawing, withdraw}},
    Row{completed, Event::resumed, {completed, none}},
    Row{failed, Event::resumed, {failed, none}},
};

}  // namespace

std::optional<PrintStep> step(PrintState state, PrintEvent event) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
    return each.state == state && each.event == event;
  });
  if (row == rows.end()) return std::nullopt;
  return row->step;
}

}  // namespace madoguchi::certificate
