#include "firmware/update/update_table.h"

#include <algorithm>
#include <array>

namespace madoguchi::update {
namespace {

struct Row {
  State state;
  Event event;
  Step step;
};

using enum State;

constexpr std::array rows{
    Row{idle, Event::offer, {offered, Action::none}},
    Row{idle, Event::same_boot, {idle, Action::none}},
    Row{idle, Event::up_in_old, {idle, Action::none}},
    Row{idle, Event::up_in_new, {idle, Action::none}},

    // Who offered it offers it again after a start; what was fetched is still there.
    Row{offered, Event::withdraw, {idle, Action::none}},
    Row{offered, Event::fetch, {fetching, Action::fetch}},
    Row{offered, Event::checked, {ready, Action::none}},
    Row{offered, Event::refuse, {refused, Action::tell}},
    Row{offered, Event::same_boot, {idle, Action::none}},
    Row{offered, Event::up_in_old, {idle, Action::none}},

    Row{fetching, Event::withdraw, {idle, Action::none}},
    Row{fetching, Event::checked, {ready, Action::none}},
    Row{fetching, Event::refuse, {refused, Action::tell}},
    Row{fetching, Event::broke, {failed, Action::tell}},
    Row{fetching, Event::same_boot, {idle, Action::none}},
    Row{fetching, Event::up_in_old, {idle, Action::none}},

    Row{ready, Event::withdraw, {idle, Action::none}},
    Row{ready, Event::begin, {installing, Action::install}},
    Row{ready, Event::broke, {failed, Action::tell}},
    Row{ready, Event::same_boot, {idle, Action::none}},
    Row{ready, Event::up_in_old, {idle, Action::none}},

    Row{installing, Event::written, {installed, Action::none}},
    Row{installing, Event::broke, {failed, Action::tell}},
    Row{installing, Event::same_boot, {installing, Action::attach}},
    // A half-written slot cannot be started.
    Row{installing, Event::up_in_old, {idle, Action::none}},
    // All was written, and the power failed before that was noted.
    Row{installing, Event::up_in_new, {trying, Action::self_test}},

    Row{installed, Event::restart, {restarting, Action::restart}},
    Row{installed, Event::same_boot, {installed, Action::none}},
    Row{installed, Event::up_in_old, {returned, Action::tell}},
    Row{installed, Event::up_in_new, {trying, Action::self_test}},

    Row{restarting, Event::restart, {restarting, Action::restart}},
    Row{restarting, Event::same_boot, {installed, Action::none}},
    Row{restarting, Event::up_in_old, {returned, Action::tell}},
    Row{restarting, Event::up_in_new, {trying, Action::self_test}},

    Row{trying, Event::passed, {keeping, Action::mark_good}},
    Row{trying, Event::not_passed, {leaving, Action::mark_bad}},
    Row{trying, Event::same_boot, {trying, Action::self_test}},
    Row{trying, Event::up_in_old, {returned, Action::tell}},
    Row{trying, Event::up_in_new, {trying, Action::self_test}},

    Row{keeping, Event::marked, {good, Action::tell}},
    Row{keeping, Event::broke, {leaving, Action::mark_bad}},
    Row{keeping, Event::same_boot, {keeping, Action::mark_good}},
    Row{keeping, Event::up_in_old, {returned, Action::tell}},
    Row{keeping, Event::up_in_new, {keeping, Action::mark_good}},

    Row{leaving, Event::restart, {leaving, Action::mark_bad}},
    Row{leaving, Event::same_boot, {leaving, Action::mark_bad}},
    Row{leaving, Event::up_in_old, {returned, Action::tell}},
    Row{leaving, Event::up_in_new, {leaving, Action::mark_bad}},

    Row{good, Event::told, {idle, Action::none}},
    Row{good, Event::same_boot, {good, Action::tell}},
    Row{good, Event::up_in_old, {good, Action::tell}},
    Row{good, Event::up_in_new, {good, Action::tell}},
    Row{returned, Event::told, {idle, Action::none}},
    Row{returned, Event::same_boot, {returned, Action::tell}},
    Row{returned, Event::up_in_old, {returned, Action::tell}},
    Row{returned, Event::up_in_new, {returned, Action::tell}},
    Row{failed, Event::told, {idle, Action::none}},
    Row{failed, Event::same_boot, {failed, Action::tell}},
    Row{failed, Event::up_in_old, {failed, Action::tell}},
    Row{failed, Event::up_in_new, {failed, Action::tell}},
    Row{refused, Event::told, {idle, Action::none}},
    Row{refused, Event::same_boot, {refused, Action::tell}},
    Row{refused, Event::up_in_old, {refused, Action::tell}},
    Row{refused, Event::up_in_new, {refused, Action::tell}},
};

}  // namespace

std::optional<Step> step(State state, Event event) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
    return each.state == state && each.event == event;
  });
  if (row == rows.end()) return std::nullopt;
  return row->step;
}

}  // namespace madoguchi::update
