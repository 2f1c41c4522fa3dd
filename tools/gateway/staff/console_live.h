#pragma once
// What the console's pages and the gateway say to each other live: a WebSocket (RFC 6455) at
// GET /console/api/live, subprotocol "madoguchi-console-1", for whoever Console::who_upgrades()
// lets in. One text frame is one LiveToConsole or LiveFromConsole as JSON, at most
// desk::most_live_bytes. A connection begins with the whole state: a KioskNews for every kiosk, a
// SessionNews for every session. Mirrors come only for the session that is watched.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/desk_api.h"

namespace madoguchi::gateway {

/// How a kiosk is, whenever that changes.
struct KioskNews {
  static constexpr std::string_view tag = "kiosk";
  std::string kiosk;
  bool connected = false;
  bool serving = false;             ///< somebody is at the kiosk
  std::vector<std::string> faults;  ///< devices with a fault, as Pulse has them
  std::int64_t since = 0;           ///< of `connected`, seconds since 1970
};
MADOGUCHI_DESCRIBE(KioskNews, kiosk, connected, serving, faults, since)

struct SessionNews {
  static constexpr std::string_view tag = "session";
  std::string session;
  std::string kiosk;
  std::string helper;  ///< as the resident sees it
  std::string language;
  std::int64_t ends_in_s = 0;
};
MADOGUCHI_DESCRIBE(SessionNews, session, kiosk, helper, language, ends_in_s)

struct SessionGone {
  static constexpr std::string_view tag = "session_gone";
  std::string session;
};
MADOGUCHI_DESCRIBE(SessionGone, session)

using LiveToConsole =
    std::variant<KioskNews, SessionNews, SessionGone, desk::Mirror, desk::Pointed>;

/// From now on this session is seen, and no other one. Empty: none.
struct Watch {
  static constexpr std::string_view tag = "watch";
  std::string session;
};
MADOGUCHI_DESCRIBE(Watch, session)

using LiveFromConsole = std::variant<Watch, desk::PointAt, desk::PointAway, desk::EndSession>;

}  // namespace madoguchi::gateway
