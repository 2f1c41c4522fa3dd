#pragma once
// kiosk-link's work: keeps one connection to the gateway, runs kioskd's calls over it in their
// order, and repeats a call over a new connection until its deadline. The gateway answers a
// repeated Idempotency-Key with the first answer, so a repeat never does a thing twice.
//
// A call gets one answer: the gateway's, whatever its status; or the name of an Errc: timeout (the
// deadline passed and the gateway may have seen the call), gone (the deadline passed and the call
// never left), protocol or full (the answer is not HTTP or too large), invalid (the call itself),
// busy (too many calls wait). A cancelled call gets none.
//
// Bodies are never logged. Loop thread only.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/back_off.h"
#include "firmware/link/http_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

struct RelaySettings {
  BackOff back_off;
  /// After this long without a call a cheap request finds out whether the gateway is still there.
  Timers::Duration keep_alive{20'000};
  /// For connecting and for the answer to that cheap request.
  Timers::Duration patience{10'000};
  std::size_t most_waiting = 64;
};

class Relay {
 public:
  using Sink = std::function<void(LinkToKiosk)>;
  /// Gives a number in [0, 1).
  using Random = std::function<double()>;

  Relay(Timers& timers, HttpClient& client, Sink to_kiosk, Random random,
        RelaySettings settings = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Serves until it is cancelled. The first thing it sends is a LinkState that is down.
  Task<void> run();
  /// What came from kioskd; live messages are another's (live_link.h).
  void handle(KioskToLink message);

 private:
  struct Waiting {
    HttpCall call;
    Timers::Monotonic deadline;
    bool may_have_arrived = false;  ///< at the gateway, in an attempt that got no answer
  };
  struct Signals;

  Task<void> serve();
  Task<void> watch_deadlines();
  Task<Status> establish();
  Task<Status> check_health(Timers::Duration patience);
  Task<Status> serve_calls();
  Task<Status> run_first();
  Task<void> pause();
  void accept(HttpCall call);
  void cancel(const std::string& id);
  void expire();
  void announce(bool up, std::string detail);
  void refuse(const std::string& id, Errc why);

  Timers& timers_;
  HttpClient& client_;
  Sink to_kiosk_;
  Random random_;
  RelaySettings settings_;
  std::vector<Waiting> waiting_;  ///< in order of arrival; the first one may be running
  bool running_ = false;
  int failures_ = 0;  ///< in a row
  LinkState state_;
  std::unique_ptr<Signals> signals_;
};

}  // namespace madoguchi
