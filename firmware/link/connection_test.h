#pragma once
// How far the way to the gateway goes, for a maintainer: the name, TCP, TLS under the kiosk's own
// policy, and an answer. Connections of its own; the link's stay as they are. Loop thread only.

#include <functional>
#include <optional>

#include "firmware/base/task.h"
#include "firmware/base/wakeup.h"
#include "firmware/link/http_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

/// In at most connection_test_takes_ms. Cancelling it leaves nothing behind.
Task<ConnectionTested> test_connection(Timers& timers, HttpServer server, std::string id);

/// Tests when it is asked, one after another; a question while one runs is dropped.
class ConnectionTester {
 public:
  using Tell = std::function<void(const LinkToKiosk&)>;
  ConnectionTester(Timers& timers, HttpServer server, Tell tell)
      : timers_(timers), server_(std::move(server)), tell_(std::move(tell)) {}

  void ask(TestConnection question);
  /// For ever.
  Task<void> run();

 private:
  Timers& timers_;
  HttpServer server_;
  Tell tell_;
  std::optional<TestConnection> asked_;
  Wakeup asked_now_;
};

}  // namespace madoguchi
