#include "firmware/apps/kioskd/control_checks.h"

#include <optional>

#include "firmware/base/asio.h"
#include "firmware/visit/device_checks.h"

namespace madoguchi {
namespace {

using control::Answer;
using control::Reason;
using control::Refused;

/// What a chore leaves for its client; shared, since either may end first.
using Found = std::shared_ptr<std::optional<Answer>>;

Task<Answer> as_chore(visit::Upkeep& upkeep, visit::Upkeep::Chore chore, Found found) {
  Task<Status> run = upkeep.run(std::move(chore));
  const Status ran = co_await std::move(run);
  if (!ran) co_return Refused{Reason::busy, ran.error().what};
  if (!*found) co_return Refused{Reason::failed, "it was not brought to an end"};
  co_return std::move(**found);
}

Found nothing_yet() { return std::make_shared<std::optional<Answer>>(); }

Refused no_journal() {
  return {Reason::unsupported, "the journal is not open yet: see kioskctl faults"};
}

Task<Answer> self_test(const ControlParts& parts) {
  const Found found = nothing_yet();
  visit::Upkeep::Chore chore = [&parts, found]() -> Task<void> {
    Task<SelfTestReport> test = visit::self_test(parts.bench());
    found->emplace(co_await std::move(test));
  };
  Task<Answer> done = as_chore(parts.upkeep, std::move(chore), found);
  co_return co_await std::move(done);
}

Task<Answer> print_test(const ControlParts& parts, control::PrintTestAsk ask) {
  if (parts.desk() == nullptr) co_return no_journal();
  const Found found = nothing_yet();
  visit::Upkeep::Chore chore = [&parts, ask, found]() -> Task<void> {
    visit::Desk& desk = *parts.desk();
    control::PartsTested out;
    if (ask.page) out.parts.push_back(co_await visit::print_check(desk));
    if (ask.slip) out.parts.push_back(co_await visit::slip_check(desk));
    found->emplace(std::move(out));
  };
  Task<Answer> done = as_chore(parts.upkeep, std::move(chore), found);
  co_return co_await std::move(done);
}

Task<Answer> touch_test(const ControlParts& parts, control::TouchTestAsk ask, ControlTell tell) {
  const bool sizes = ask.columns >= 1 && ask.rows >= 1 && ask.columns <= 40 && ask.rows <= 40 &&
                     ask.columns * ask.rows <= 1000;
  if (!sizes || ask.patience_s < 1 || ask.patience_s > 120)
    co_return Refused{Reason::invalid,
                      "a grid has 1 to 40 columns and rows, at most 1000 cells, and waits 1 to "
                      "120 seconds"};
  const Found found = nothing_yet();
  visit::Upkeep::Chore chore = [&parts, ask, tell = std::move(tell), found]() -> Task<void> {
    const std::int32_t all = ask.columns * ask.rows;
    std::function<void(std::int32_t)> reached = [tell, all](std::int32_t count) {
      tell(control::TouchTold{count, all});
    };
    Task<visit::TouchChecked> check =
        visit::touch_check(parts.timers, parts.screen, ask.columns, ask.rows,
                           std::chrono::seconds(ask.patience_s), std::move(reached));
    const visit::TouchChecked seen = co_await std::move(check);
    found->emplace(control::TouchTested{seen.columns, seen.rows, seen.untouched});
  };
  Task<Answer> done = as_chore(parts.upkeep, std::move(chore), found);
  co_return co_await std::move(done);
}

Task<Answer> check_call(const ControlParts& parts, control::CallCheckAsk ask) {
  if (ask.seconds < 1 || ask.seconds > 60)
    co_return Refused{Reason::invalid, "a picture is shown for 1 to 60 seconds"};
  const visit::SelfTestBench bench = parts.bench();
  if (bench.call == nullptr)
    co_return Refused{Reason::unsupported, "this kiosk offers no consultations by video"};
  const Found found = nothing_yet();
  visit::CallSeat& seat = *bench.call;
  visit::Upkeep::Chore chore = [&parts, &seat, ask, found]() -> Task<void> {
    control::PartsTested out;
    if (ask.camera) {
      const std::chrono::seconds shown(ask.seconds);
      out.parts.push_back(co_await visit::camera_check(parts.timers, parts.front, seat, shown));
    }
    if (ask.sound) {
      std::vector<PartResult> sound = visit::sound_check(seat);
      out.parts.insert(out.parts.end(), sound.begin(), sound.end());
    }
    found->emplace(std::move(out));
  };
  Task<Answer> done = as_chore(parts.upkeep, std::move(chore), found);
  co_return co_await std::move(done);
}

Task<Answer> test_network(LinkPort& link) {
  const Result<ConnectionTested> tested = co_await link.test_connection();
  if (!tested) {
    const bool busy = tested.error().code == Errc::busy;
    co_return Refused{busy ? Reason::busy : Reason::failed, tested.error().what};
  }
  control::NetworkTested out{tested->server, {}};
  for (const ConnectionStep& step : tested->steps)
    out.steps.push_back({step.name, step.passed, step.detail, step.took_ms});
  co_return out;
}

}  // namespace

void serve_checks(ControlPort& port, const ControlParts& parts) {
  port.serve<control::SelfTestAsk>(
      [&parts](control::SelfTestAsk, ControlTell) { return self_test(parts); });
  port.serve<control::PrintTestAsk>(
      [&parts](control::PrintTestAsk ask, ControlTell) { return print_test(parts, ask); });
  port.serve<control::TouchTestAsk>([&parts](control::TouchTestAsk ask, ControlTell tell) {
    return touch_test(parts, ask, std::move(tell));
  });
  port.serve<control::CallCheckAsk>(
      [&parts](control::CallCheckAsk ask, ControlTell) { return check_call(parts, ask); });
  port.serve<control::NetworkAsk>(
      [&parts](control::NetworkAsk, ControlTell) { return test_network(parts.link); });
}

}  // namespace madoguchi
