#include "firmware/apps/kioskd/update_control.h"

#include <algorithm>

#include "firmware/base/os_release.h"
#include "firmware/message/update_control.h"

namespace madoguchi {
namespace {

template <class E>
std::string word(E value) {
  return std::string(codec::enum_name(value));
}

control::UpdateStanding told(const update::Standing& standing) {
  control::UpdateStanding out;
  out.state = word(standing.state);
  out.waiting = word(standing.waiting);
  out.running = standing.running;
  out.percent = standing.percent;
  out.step = standing.step;
  out.trouble = standing.trouble;
  if (standing.state != update::State::idle) {
    out.source = word(standing.bundle.source);
    out.version = standing.bundle.version;
  }
  if (standing.last) {
    const update::Outcome& last = *standing.last;
    out.last = control::UpdateOutcome{last.bundle.version, word(last.how), last.why, last.detail,
                                      last.at_ms};
  }
  return out;
}

control::Answer done_or(const Status& status) {
  if (status) return control::Done{};
  const bool busy = status.error().code == Errc::busy;
  return control::Refused{busy ? control::Reason::busy : control::Reason::failed,
                          status.error().what};
}

}  // namespace

// images/start/init writes which slot was started.
UpdateControl::UpdateControl(ControlDesk& desk, update::Agent& agent)
    : agent_(agent), slot_(os_release("KIOSK_SLOT", "/run/madoguchi/start")) {
  agent_.on_change([this] {
    std::erase_if(watchers_, [](const std::weak_ptr<Wakeup>& each) { return each.expired(); });
    for (const std::weak_ptr<Wakeup>& each : watchers_)
      if (const auto watcher = each.lock()) watcher->notify();
  });
  desk.tell_of([this](control::KioskStatus& status) {
    const update::Standing now = agent_.standing();
    control::UpdateStatus update;
    update.state = word(now.state);
    update.version = now.running;
    update.slot = slot_;
    if (now.waiting != update::Waiting::nothing) update.detail = "waits for " + word(now.waiting);
    for (const std::string& line : now.trouble) update.detail += ", " + line;
    status.update = std::move(update);
  });
  ControlPort* const port = desk.port();
  if (port == nullptr) return;
  port->serve<control::UpdateInstallAsk>(
      [this](control::UpdateInstallAsk ask, ControlTell) -> Task<control::Answer> {
        if (!ask.path.starts_with('/'))
          co_return control::Refused{control::Reason::invalid, "the bundle's path is not absolute"};
        co_return done_or(agent_.install(ask.path));
      });
  port->serve<control::UpdateCancelAsk>(
      [this](control::UpdateCancelAsk, ControlTell) -> Task<control::Answer> {
        co_return done_or(agent_.cancel());
      });
  port->serve<control::UpdateAsk>([this](control::UpdateAsk ask, ControlTell tell) {
    return watch(ask.watch, std::move(tell));
  });
}

UpdateControl::~UpdateControl() { agent_.on_change({}); }

Task<control::Answer> UpdateControl::watch(bool on, ControlTell tell) {
  if (!on) co_return told(agent_.standing());
  const auto changed = std::make_shared<Wakeup>();  // with watchers_
  watchers_.push_back(changed);
  for (;;) {
    tell(told(agent_.standing()));
    co_await changed->wait();
  }
}

}  // namespace madoguchi
