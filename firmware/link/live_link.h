#pragma once
// kiosk-link's other work: keeps one WebSocket to the gateway beside the calls of relay.h, and
// carries live messages both ways. What is in them it does not know. It never disturbs a call: a
// live connection that is broken, refused or not offered is tried again, with the same pauses as
// the relay's, and that is all.
//
// Loop thread only.

#include <functional>
#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/back_off.h"
#include "firmware/link/web_socket_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

struct LiveLinkSettings {
  BackOff back_off;
  Timers::Duration patience{10'000};  ///< for connecting
  Timers::Duration settled{60'000};   ///< a connection that lasted so long was a good one
  std::size_t most_message = 64u << 10;
};

class LiveLink {
 public:
  using Sink = std::function<void(LinkToKiosk)>;
  /// Gives a number in [0, 1).
  using Random = std::function<double()>;

  LiveLink(Timers& timers, WebSocketClient& client, Sink to_kiosk, Random random,
           LiveLinkSettings settings = {});

  /// Serves until it is cancelled. The first thing it sends is a LiveState that is down.
  Task<void> run();
  /// What came from kioskd. Dropped while the connection is down; one that is too large is dropped
  /// and logged.
  void say(LiveSay message);

 private:
  void announce(bool up);
  void went_wrong(const Error& why);

  Timers& timers_;
  WebSocketClient& client_;
  Sink to_kiosk_;
  Random random_;
  LiveLinkSettings settings_;
  bool up_ = false;
  std::string why_down_;  ///< as it was logged last
};

}  // namespace madoguchi
