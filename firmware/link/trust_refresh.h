#pragma once
// Asks the gateway for what keeps trust fresh: its signed time and its CA's revocation list. At
// start and once a day; sooner again when it failed. Its connection is its own: it may be made
// while the list is old or missing (Revocation::known), carries these two questions and nothing
// else, so that a kiosk that was in a cupboard for a month gets going by itself.
//
// Loop thread only.

#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/back_off.h"
#include "firmware/link/http_client.h"
#include "firmware/link/server_trust.h"

namespace madoguchi {

class TrustRefresh {
 public:
  static constexpr Timers::Duration every{std::chrono::hours(24)};

  TrustRefresh(Timers& timers, HttpClient& client, ServerTrust& trust)
      : timers_(timers), client_(client), trust_(trust) {}

  /// Until it is cancelled.
  Task<void> run();

 private:
  Task<bool> refresh();
  Task<bool> ask(std::string path);

  Timers& timers_;
  HttpClient& client_;
  ServerTrust& trust_;
  BackOff back_off_{Timers::Duration(1'000), Timers::Duration(300'000)};
};

}  // namespace madoguchi
