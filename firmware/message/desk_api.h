#pragma once
// The help desk between a kiosk and the gateway: a volunteer who stands beside the resident sees
// the kiosk's screen on a tablet and points; never presses (docs/adr/0013-pointing-not-doing.md).
//
// What must neither be lost nor done twice is part of the gateway's API (gateway_api.h: JSON,
// Idempotency-Key, mutual TLS):
//
//   POST /v1/help/sessions                   HelpAsk     -> 201 HelpGranted    a badge was tapped
//   POST /v1/help/sessions/{session}/record  HelpRecord  -> 200 Settled        a session is over
//   GET  /v1/help/badges                                 -> 200 SignedBadges   while offline
//
// What is worth something only now goes over a WebSocket (RFC 6455) on a connection of its own:
// GET /v1/live, subprotocol "madoguchi-live-1", the same mutual TLS 1.3. One text frame is one
// LiveFromKiosk or LiveToKiosk as JSON, at most most_live_bytes. Nothing of it is stored anywhere.
// A connection that was lost begins anew with the whole state: Pulse, and if a session runs
// SessionBegan and a Mirror. A second connection of a kiosk takes the place of the first.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/consult_api.h"
#include "firmware/message/screen.h"

namespace madoguchi::desk {

inline constexpr const char* live_path = "/v1/live";
inline constexpr const char* live_subprotocol = "madoguchi-live-1";
inline constexpr std::size_t most_live_bytes = 64u << 10;

/// What a helper may see and do grows from left to right; a maintainer helps nobody: the badge
/// opens the service screen (firmware/visit/service_visit.h).
enum class HelperRole { volunteer, staff, maintainer };
MADOGUCHI_ENUM(HelperRole, volunteer, staff, maintainer)

struct HelpAsk {
  std::string session;  ///< UUID made by the kiosk
  Bytes badge_sha256;   ///< SHA-256 of badge_message(); low entropy, so it stays within the city
};
MADOGUCHI_DESCRIBE(HelpAsk, session, badge_sha256)

/// 403 not_registered: nobody has this badge, or it was revoked.
struct HelpGranted {
  std::string helper;  ///< what is printed on the badge, such as "3"; nobody's name
  HelperRole role = HelperRole::volunteer;
  std::int32_t minutes = 30;  ///< the session ends by itself after so long
};
MADOGUCHI_DESCRIBE(HelpGranted, helper, role, minutes)

enum class HelpTopic {
  certificate,
  touch_basics,
  smartphone,
  line_friend,
  online_application,
  online_reservation,
  mynaportal,
  card_application,
  cashless,
  fraud,
  other,
};
MADOGUCHI_ENUM(HelpTopic, certificate, touch_basics, smartphone, line_friend, online_application,
               online_reservation, mynaportal, card_application, cashless, fraud, other)

enum class HelpOutcome {
  solved,
  partly,
  handed_over,  ///< to a window of the city
  left,         ///< the resident went away
  declined,     ///< the resident did not want help
  not_said,     ///< the resident ended the help before the helper said
};
MADOGUCHI_ENUM(HelpOutcome, solved, partly, handed_over, left, declined, not_said)

/// What stays of a session. Anonymous: neither resident nor helper can be told from it.
struct HelpRecord {
  HelpTopic topic = HelpTopic::other;
  std::string language;  ///< BCP 47
  HelpOutcome outcome = HelpOutcome::solved;
  std::int32_t minutes = 0;                  ///< rounded up
  std::int64_t began_at = 0;                 ///< seconds since 1970
  std::optional<std::int32_t> satisfaction;  ///< 1 (bad) to 5 (good)
};
MADOGUCHI_DESCRIBE(HelpRecord, topic, language, outcome, minutes, began_at, satisfaction)

struct Badge {
  Bytes badge_sha256;
  std::string helper;
  HelperRole role = HelperRole::volunteer;
};
MADOGUCHI_DESCRIBE(Badge, badge_sha256, helper, role)

/// The badges that a kiosk accepts while it cannot ask.
struct BadgeList {
  std::int64_t made_at = 0;  ///< seconds since 1970
  std::int64_t expires_at = 0;
  std::vector<Badge> badges;
};
MADOGUCHI_DESCRIBE(BadgeList, made_at, expires_at, badges)

struct SignedBadges {
  Bytes list;       ///< BadgeList as CBOR
  Bytes signature;  ///< ECDSA P-256 by the seal key over badges_message(list), 64 bytes r || s
};
MADOGUCHI_DESCRIBE(SignedBadges, list, signature)

// ---- live, from the kiosk ----

struct SessionBegan {
  static constexpr std::string_view tag = "session_began";
  std::string session;
  std::string language;
  std::int64_t ends_in_s = 0;
  std::string helper;  ///< HelpGranted's or Badge's: whose tablet is to follow it
};
MADOGUCHI_DESCRIBE(SessionBegan, session, language, ends_in_s, helper)

/// The screen as it is now, without anything private: see firmware/help/mask.h.
struct Mirror {
  static constexpr std::string_view tag = "mirror";
  std::string session;
  std::int64_t number = 0;  ///< of the screen; goes up
  bool hidden = false;      ///< the resident types or reads something private
  Screen screen;
};
MADOGUCHI_DESCRIBE(Mirror, session, number, hidden, screen)

/// The kiosk shows, or shows no more, what the helper points at.
struct Pointed {
  static constexpr std::string_view tag = "pointed";
  std::string session;
  std::int64_t order = 0;  ///< PointAt's
  bool shown = false;  ///< false: the screen has changed meanwhile, or nothing can be pointed at
};
MADOGUCHI_DESCRIBE(Pointed, session, order, shown)

struct SessionOver {
  static constexpr std::string_view tag = "session_over";
  std::string session;
};
MADOGUCHI_DESCRIBE(SessionOver, session)

/// How the kiosk is, at the beginning and whenever it changes.
struct Pulse {
  static constexpr std::string_view tag = "pulse";
  std::vector<std::string> faults;  ///< devices with a fault
  bool serving = false;             ///< somebody is at the kiosk
};
MADOGUCHI_DESCRIBE(Pulse, faults, serving)

using LiveFromKiosk =
    std::variant<SessionBegan, Mirror, Pointed, SessionOver, Pulse, consult::Said>;

// ---- live, to the kiosk ----

/// What can be said to the resident; the words are the catalogue's, "phrase.<name>".
enum class Phrase { none, press_here, read_here, take_your_time, well_done, ask_me };
MADOGUCHI_ENUM(Phrase, none, press_here, read_here, take_your_time, well_done, ask_me)

/// A ring around a control. Replaces what was pointed at before.
struct PointAt {
  static constexpr std::string_view tag = "point_at";
  std::string session;
  std::int64_t order = 0;   ///< goes up, across a restart of the gateway too
  std::int64_t number = 0;  ///< of the screen that the helper saw
  std::string control;      ///< empty: only the phrase
  Phrase phrase = Phrase::none;
};
MADOGUCHI_DESCRIBE(PointAt, session, order, number, control, phrase)

struct PointAway {
  static constexpr std::string_view tag = "point_away";
  std::string session;
};
MADOGUCHI_DESCRIBE(PointAway, session)

/// The helper ends it, and says what it was about.
struct EndSession {
  static constexpr std::string_view tag = "end_session";
  std::string session;
  std::optional<HelpTopic> topic;  ///< empty: what the kiosk saw
  HelpOutcome outcome = HelpOutcome::not_said;
};
MADOGUCHI_DESCRIBE(EndSession, session, topic, outcome)

using LiveToKiosk = std::variant<PointAt, PointAway, EndSession, consult::Told>;

/// What is hashed of a badge: a fixed context, its kind ("felica", "iso14443a") and its number.
inline Bytes badge_message(std::string_view kind, ByteView number) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi badge 1\0", 18)));
  const Bytes kind_bytes = to_bytes(as_bytes(kind));
  message.insert(message.end(), kind_bytes.begin(), kind_bytes.end());
  message.push_back(0);
  message.insert(message.end(), number.begin(), number.end());
  return message;
}
/// What the gateway's seal key signs.
inline Bytes badges_message(ByteView list) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi badges 1\0", 19)));
  message.insert(message.end(), list.begin(), list.end());
  return message;
}

}  // namespace madoguchi::desk
