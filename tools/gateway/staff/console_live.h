#pragma once
// What the console's pages and the gateway say to each other live: a WebSocket (RFC 6455) at
// GET /console/api/live, subprotocol "madoguchi-console-1", for whoever Console::who_upgrades()
// lets in. One text frame is one LiveToConsole or LiveFromConsole as JSON, at most
// desk::most_live_bytes. A connection begins with the whole state: a KioskNews for every kiosk that
// is connected, a SessionNews for every session. Mirrors come only for the session that is watched.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/desk_api.h"
#include "tools/gateway/consult/consult_live.h"

namespace madoguchi::gateway {

/// How a kiosk is, whenever that changes.
struct KioskNews {
  static constexpr std::string_view tag = "kiosk";
  std::string kiosk;
  bool connected = false;
  bool serving = false;             ///< somebody is at the kiosk
  std::vector<std::string> faults;  ///< devices with a fault, as Pulse has them
};
MADOGUCHI_DESCRIBE(KioskNews, kiosk, connected, serving, faults)

struct SessionNews {
  static constexpr std::string_view tag = "session";
  std::string session;
  std::string kiosk;
  std::string helper;    ///< what is printed on the badge, such as "3"
  std::string language;  ///< the resident's
  std::int64_t ends_in_s = 0;
};
MADOGUCHI_DESCRIBE(SessionNews, session, kiosk, helper, language, ends_in_s)

struct SessionGone {
  static constexpr std::string_view tag = "session_gone";
  std::string session;
};
MADOGUCHI_DESCRIBE(SessionGone, session)

/// `Pointed` is about what this connection has pointed at; its order is the gateway's.
using LiveToConsole = std::variant<KioskNews, SessionNews, SessionGone, desk::Mirror, desk::Pointed,
                                   ConsultSeats, CallNews, CallGone, CallRefused, CallRelay,
                                   CallInvite, CallForm, CallBetween, consult::Said>;

/// From now on this session is seen, and no other one. Empty: none.
struct WatchSession {
  static constexpr std::string_view tag = "watch";
  std::string session;
};
MADOGUCHI_DESCRIBE(WatchSession, session)

/// The rest is about the session that is watched. As desk::PointAt, whose order the gateway counts.
struct Point {
  static constexpr std::string_view tag = "point";
  std::int64_t number = 0;
  std::string control;
  desk::Phrase phrase = desk::Phrase::none;
};
MADOGUCHI_DESCRIBE(Point, number, control, phrase)

struct PointNowhere {
  static constexpr std::string_view tag = "point_nowhere";
};
MADOGUCHI_DESCRIBE(PointNowhere)

/// As desk::EndSession.
struct EndHelp {
  static constexpr std::string_view tag = "end_help";
  std::optional<desk::HelpTopic> topic;
  desk::HelpOutcome outcome = desk::HelpOutcome::not_said;
};
MADOGUCHI_DESCRIBE(EndHelp, topic, outcome)

/// The consultations' part is ConsultOrder (consult_live.h).
using LiveFromConsole = std::variant<WatchSession, Point, PointNowhere, EndHelp, SitAt, AnswerCall,
                                     HoldCall, HandCall, InviteGuest, EndGuest, JoinCall,
                                     CallBetween, PaperPart, FinishCall, consult::Told>;

}  // namespace madoguchi::gateway
