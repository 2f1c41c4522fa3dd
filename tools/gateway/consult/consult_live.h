#pragma once
// The consultations' part of the console's live connection (staff/console_live.h). Whoever serves
// calls sits at a desk of consult.toml; a connection sees the calls that wait for it and its own.
// What the kiosk of one's own call says comes as consult::Said; what is to be told to it goes as
// consult::Told: Description, Candidate, Typed, NotHeard, Open, Caption, Page and Ring only.
//
// An interpreter is invited by the desk, joins with a console of his own and is connected to the
// staff's browser, which joins the sounds: CallBetween goes from one of the two to the other.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/consult_api.h"

namespace madoguchi::gateway {

// ---- to the console ----

struct ConsultSeat {
  std::string desk;
  std::string name;  ///< what the resident is told
  std::vector<consult::Topic> topics;
  std::vector<std::string> interprets;
};
MADOGUCHI_DESCRIBE(ConsultSeat, desk, name, topics, interprets)

/// Where this account may sit, and what can be asked of others; said first, if there is any desk.
struct ConsultSeats {
  static constexpr std::string_view tag = "consult_seats";
  std::vector<ConsultSeat> desks;
  std::vector<ConsultSeat> others;     ///< to whom a call can be handed over
  std::vector<std::string> languages;  ///< some desk interprets these
};
MADOGUCHI_DESCRIBE(ConsultSeats, desks, others, languages)

enum class CallState { waiting, talking };
MADOGUCHI_ENUM(CallState, waiting, talking)
/// away: has joined, and is not heard of.
enum class GuestState { none, invited, joined, away };
MADOGUCHI_ENUM(GuestState, none, invited, joined, away)

/// A call that waits for this desk, or its own, whenever something of it changes.
struct CallNews {
  static constexpr std::string_view tag = "call";
  std::string call;
  std::string kiosk;
  consult::Topic topic = consult::Topic::general;
  std::string language;
  CallState state = CallState::waiting;
  std::int64_t waited_s = 0;
  bool next = false;  ///< may be answered now
  bool booked = false;
  bool handed = false;  ///< over from another desk, or its staff were cut off
  bool mine = false;    ///< this connection talks
  bool held = false;
  bool away = false;  ///< the kiosk is not heard of
  GuestState guest = GuestState::none;
};
MADOGUCHI_DESCRIBE(CallNews, call, kiosk, topic, language, state, waited_s, next, booked, handed,
                   mine, held, away, guest)

/// It is over, or another desk's.
struct CallGone {
  static constexpr std::string_view tag = "call_gone";
  std::string call;
  bool over = false;  ///< it was this desk's: what was done can be said with FinishCall
};
MADOGUCHI_DESCRIBE(CallGone, call, over)

enum class CallNo {
  taken,      ///< somebody else was faster, or it is over
  not_next,   ///< another one waits longer
  not_yours,  ///< no call of this desk
  nobody,     ///< sits where it should go
  busy,       ///< this desk talks to somebody, or has asked too much at once
  too_large,
  note,  ///< holds what could name somebody
};
MADOGUCHI_ENUM(CallNo, taken, not_next, not_yours, nobody, busy, too_large, note)
struct CallRefused {
  static constexpr std::string_view tag = "call_refused";
  std::string call;
  CallNo why = CallNo::taken;
};
MADOGUCHI_DESCRIBE(CallRefused, call, why)

/// The way to the media relay, before each connection. No URL: browsers connect by themselves.
struct CallRelay {
  static constexpr std::string_view tag = "call_relay";
  std::vector<std::string> urls;
  std::string user;
  std::string password;
};
MADOGUCHI_DESCRIBE(CallRelay, urls, user, password)

/// To an interpreter: somebody asks for this language. Until CallGone.
struct CallInvite {
  static constexpr std::string_view tag = "call_invite";
  std::string call;
  consult::Topic topic = consult::Topic::general;
  std::string language;
  std::string desk;  ///< the name of who asks
  bool joined = false;
};
MADOGUCHI_DESCRIBE(CallInvite, call, topic, language, desk, joined)

/// The resident signed a form, or did not want to. Signed it is only when the gateway has checked
/// it: `good`.
struct CallForm {
  static constexpr std::string_view tag = "call_form";
  std::string call;
  std::string paper;
  bool declined = false;
  consult::FormVerdict verdict = consult::FormVerdict::not_asked;
};
MADOGUCHI_DESCRIBE(CallForm, call, paper, declined, verdict)

// ---- both ways ----

/// Between the staff's browser, which makes the offer, and the interpreter's.
struct CallBetween {
  static constexpr std::string_view tag = "call_between";
  std::string call;
  std::variant<consult::Description, consult::Candidate> what;
};
MADOGUCHI_DESCRIBE(CallBetween, call, what)

// ---- from the console ----

/// From now on this connection is that desk; empty: none. `call` and `connection`: the call that
/// the page still has or interprets, and the kiosk's connection of it that works; a page that was
/// loaded anew has none, and its call gets a new connection.
struct SitAt {
  static constexpr std::string_view tag = "sit_at";
  std::string desk;
  std::string call;
  std::int64_t connection = 0;
};
MADOGUCHI_DESCRIBE(SitAt, desk, call, connection)

struct AnswerCall {
  static constexpr std::string_view tag = "answer_call";
  std::string call;
};
MADOGUCHI_DESCRIBE(AnswerCall, call)

struct HoldCall {
  static constexpr std::string_view tag = "hold_call";
  std::string call;
  bool held = false;
};
MADOGUCHI_DESCRIBE(HoldCall, call, held)

/// To another desk, or without one to the front of a topic.
struct HandCall {
  static constexpr std::string_view tag = "hand_call";
  std::string call;
  std::string desk;
  consult::Topic topic = consult::Topic::general;
};
MADOGUCHI_DESCRIBE(HandCall, call, desk, topic)

struct InviteGuest {
  static constexpr std::string_view tag = "invite_guest";
  std::string call;
  std::string language;
};
MADOGUCHI_DESCRIBE(InviteGuest, call, language)

/// By the desk: takes the invitation back, or ends the three-way call. By the guest: leaves it.
struct EndGuest {
  static constexpr std::string_view tag = "end_guest";
  std::string call;
};
MADOGUCHI_DESCRIBE(EndGuest, call)

/// The invited one comes, or does not.
struct JoinCall {
  static constexpr std::string_view tag = "join_call";
  std::string call;
  bool declined = false;
};
MADOGUCHI_DESCRIBE(JoinCall, call, declined)

/// A document for the kiosk, in parts of at most most_part_bytes, one after another; with the last
/// one it is offered. Kept in memory until the call is over.
struct PaperPart {
  static constexpr std::string_view tag = "paper_part";
  std::string call;
  std::string paper;  ///< UUID
  std::string title;
  bool to_sign = false;
  std::int64_t at = 0;  ///< bytes that were sent before
  Bytes bytes;
  bool last = false;
};
MADOGUCHI_DESCRIBE(PaperPart, call, paper, title, to_sign, at, bytes, last)
inline constexpr std::size_t most_part_bytes = 32u << 10;

enum class Deed {
  explained,
  form_filled,
  paper_printed,
  form_signed,
  interpreted,
  sent_to_window,
  booked_again,
};
MADOGUCHI_ENUM(Deed, explained, form_filled, paper_printed, form_signed, interpreted,
               sent_to_window, booked_again)

/// Ends the call, or says afterwards what it was. The note names nobody: see note_is_safe().
struct FinishCall {
  static constexpr std::string_view tag = "finish_call";
  std::string call;
  consult::Outcome outcome = consult::Outcome::solved;
  std::vector<Deed> deeds;
  std::string note;
};
MADOGUCHI_DESCRIBE(FinishCall, call, outcome, deeds, note)

using ConsultNews = std::variant<ConsultSeats, CallNews, CallGone, CallRefused, CallRelay,
                                 CallInvite, CallForm, CallBetween, consult::Said>;
using ConsultOrder = std::variant<SitAt, AnswerCall, HoldCall, HandCall, InviteGuest, EndGuest,
                                  JoinCall, CallBetween, PaperPart, FinishCall, consult::Told>;

}  // namespace madoguchi::gateway
