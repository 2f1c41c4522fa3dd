#include "firmware/link/live_link.h"

#include <algorithm>

#include "firmware/base/log.h"

namespace madoguchi {

LiveLink::LiveLink(Timers& timers, WebSocketClient& client, Sink to_kiosk, Random random,
                   LiveLinkSettings settings)
    : timers_(timers),
      client_(client),
      to_kiosk_(std::move(to_kiosk)),
      random_(std::move(random)),
      settings_(settings) {}

Task<void> LiveLink::run() {
  announce(false);
  int failures = 0;  // in a row
  for (;;) {
    const Status connected = co_await client_.connect(settings_.patience);
    if (connected) {
      announce(true);
      const Timers::Monotonic since = timers_.now();
      const Error ended = co_await client_.serve(
          [this](std::string text) { to_kiosk_(LiveHeard{std::move(text)}); });
      announce(false);
      went_wrong(ended);
      // One that ends is tried again at once; one that keeps ending is not tried in a tight loop.
      failures = timers_.now() - since >= settings_.settled ? 0 : std::min(failures, 1);
      if (failures++ == 0) continue;
    } else {
      went_wrong(connected.error());
      ++failures;
    }
    co_await timers_.sleep(settings_.back_off.pause(failures, random_()));
  }
}

void LiveLink::say(LiveSay message) {
  if (!up_) return;
  if (message.text.size() > settings_.most_message)
    return log_event(Event::message_refused, {{"why", "a live message is too large to be said"}});
  client_.say(std::move(message.text));
}

void LiveLink::announce(bool up) {
  up_ = up;
  if (up) {
    why_down_.clear();
    log_event(Event::live_up);
  }
  to_kiosk_(LiveState{up});
}

/// Once for each reason, not once for each attempt.
void LiveLink::went_wrong(const Error& why) {
  if (why.text() == why_down_) return;
  why_down_ = why.text();
  log_event(Event::live_down, {{"why", why_down_}});
}

}  // namespace madoguchi
