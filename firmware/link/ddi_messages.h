#pragma once
// What a kiosk and an update server say to each other: hawkBit's Direct Device Integration API,
// version 1, in the parts that a kiosk needs. Pure; the server is not trusted.
//
// Links are followed only to the server itself: an address elsewhere is Errc::refused.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/link/server_url.h"
#include "firmware/message/update_protocol.h"

namespace madoguchi::ddi {

/// GET /{tenant}/controller/v1/{controller}. Links as what comes after the host:
/// "/default/...?c=1".
struct Poll {
  std::optional<Timers::Duration> sleep;  ///< config.polling.sleep, at most a day
  std::string deployment;                 ///< empty: none
  std::string cancel;
  std::string config_data;
};
Result<Poll> parse_poll(ByteView json, const ServerUrl& server);

struct Artifact {
  std::string file;
  std::int64_t bytes = 0;
  Bytes sha256;  ///< 32 bytes
  std::string target;

  bool operator==(const Artifact&) const = default;
};

/// GET .../deploymentBase/{action}
struct Deployment {
  std::string action;
  std::string version;       ///< of the chunk that holds the bundle
  bool may_fetch = false;    ///< download is "attempt" or "forced"
  bool may_install = false;  ///< update is one of these, and the maintenance window is not closed
  Artifact bundle;
};
/// Errc::invalid also when it does not hold exactly one *.raucb with a SHA-256: other files in it
/// are not for a kiosk and are passed over.
Result<Deployment> parse_deployment(ByteView json, const ServerUrl& server);
/// The action of a deployment that is otherwise wrong, so that the server can be told; or empty.
std::string action_of(ByteView json);

/// GET .../cancelAction/{action}
struct Cancel {
  std::string id;    ///< to be answered
  std::string stop;  ///< the action that shall stop
};
Result<Cancel> parse_cancel(ByteView json);

/// POST .../feedback. `when` as the kiosk's clock has it.
Bytes feedback(const UpdateSay& say, Timers::Wall when);
Bytes cancel_feedback(const UpdateStopAnswer& answer, Timers::Wall when);
/// PUT .../configData, mode "merge" or "replace".
Bytes config_data(const std::map<std::string, std::string>& attributes, std::string_view mode);

/// "bytes 0-3/100" of a 206's Content-Range.
struct ContentRange {
  std::int64_t from = 0;
  std::int64_t last = 0;
  std::int64_t whole = 0;
};
std::optional<ContentRange> parse_content_range(std::string_view text);

/// "bytes=0-3", "bytes=4-" or "bytes=-5" of a request for something of `whole` bytes: one range
/// that lies in it. Nothing: it cannot be met.
struct ByteRange {
  std::int64_t from = 0;
  std::int64_t size = 0;
};
std::optional<ByteRange> parse_range(std::string_view text, std::int64_t whole);

}  // namespace madoguchi::ddi
