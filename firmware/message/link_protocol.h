#pragma once
// kioskd <-> kiosk-link. kiosk-link carries requests to the gateway and live messages both ways,
// and knows nothing of what is in them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/update_protocol.h"

namespace madoguchi {

/// One request. kiosk-link sends it, and sends it again after a broken connection until the
/// deadline: the gateway answers a repeated `id` (Idempotency-Key) with the first answer.
struct HttpCall {
  static constexpr std::string_view tag = "call";
  std::string id;      ///< UUID, new for every intention, the same for its repeats
  std::string method;  ///< "GET" or "POST"
  std::string target;  ///< "/v1/visits"
  Bytes body;          ///< JSON, may be empty
  std::int64_t deadline_ms = 0;
};
MADOGUCHI_DESCRIBE(HttpCall, id, method, target, body, deadline_ms)

/// kioskd no longer wants the answer.
struct CancelCall {
  static constexpr std::string_view tag = "cancel";
  std::string id;
};
MADOGUCHI_DESCRIBE(CancelCall, id)

/// One live message for the gateway: JSON, at most desk::most_live_bytes. Dropped while there is no
/// live connection: what was said to nobody is worth nothing later.
struct LiveSay {
  static constexpr std::string_view tag = "live_say";
  std::string text;
};
MADOGUCHI_DESCRIBE(LiveSay, text)

/// A maintainer wants to know how far the way to the gateway goes. Answered by ConnectionTested
/// with the same id, in at most connection_test_takes_ms. One at a time.
struct TestConnection {
  static constexpr std::string_view tag = "test_connection";
  std::string id;
};
MADOGUCHI_DESCRIBE(TestConnection, id)

inline constexpr std::int64_t connection_test_takes_ms = 30'000;

using KioskToLink = std::variant<HttpCall, CancelCall, LiveSay, TestConnection, UpdateFetch,
                                 UpdateSay, UpdateStopAnswer>;

/// The answer, or why there is none: exactly one of `status` (100-599) and `failure` is set.
struct HttpAnswer {
  static constexpr std::string_view tag = "answer";
  std::string id;
  std::optional<std::int32_t> status;
  std::optional<std::string> failure;  ///< "timeout", "gone", "protocol": an Errc's name
  Bytes body;
};
MADOGUCHI_DESCRIBE(HttpAnswer, id, status, failure, body)

/// Sent at start and at every change.
struct LinkState {
  static constexpr std::string_view tag = "state";
  bool up = false;
  std::string detail;  ///< for maintainers: why it is down
};
MADOGUCHI_DESCRIBE(LinkState, up, detail)

/// One live message from the gateway, in the order in which they came.
struct LiveHeard {
  static constexpr std::string_view tag = "live_heard";
  std::string text;
};
MADOGUCHI_DESCRIBE(LiveHeard, text)

/// Sent at start and at every change. Up: a new live connection, on which nothing was said yet.
struct LiveState {
  static constexpr std::string_view tag = "live_state";
  bool up = false;
};
MADOGUCHI_DESCRIBE(LiveState, up)

struct ConnectionStep {
  std::string name;  ///< "tcp" (its name too), "tls", "answer"
  bool passed = false;
  std::string detail;  ///< what was found, or what is wrong; for maintainers
  std::int64_t took_ms = 0;
};
MADOGUCHI_DESCRIBE(ConnectionStep, name, passed, detail, took_ms)

/// The steps in their order, up to the first that failed.
struct ConnectionTested {
  static constexpr std::string_view tag = "connection_tested";
  std::string id;
  std::string server;  ///< host and port of the gateway
  std::vector<ConnectionStep> steps;
};
MADOGUCHI_DESCRIBE(ConnectionTested, id, server, steps)

using LinkToKiosk = std::variant<HttpAnswer, LinkState, LiveHeard, LiveState, ConnectionTested,
                                 UpdateOffer, UpdateWithdrawn, UpdateFetched, UpdateTold>;

}  // namespace madoguchi
