#pragma once
// The inside of Consultations: the calls and the consoles. consultations.cpp has the kiosk's side
// and the course of a call, consult_desks.cpp what consoles ask for.

#include <deque>
#include <map>
#include <optional>
#include <set>

#include "tools/gateway/consult/call_rules.h"
#include "tools/gateway/consult/consultations.h"

namespace madoguchi::gateway {

struct ConsultGuestPlace {
  GuestState state = GuestState::none;
  std::string language;
  std::set<std::uint64_t> invited;  ///< places
  std::string account;              ///< that has joined
  std::uint64_t place = 0;          ///< its console; 0: gone for now
  std::optional<Timers::Monotonic> gone;
};

/// What was handed over in a call.
struct CallPaper {
  consult::Paper paper;
  bool to_sign = false;  ///< and not signed yet
};

struct ConsultCall {
  std::string id;
  std::string kiosk;
  consult::Topic topic = consult::Topic::general;
  std::string language;
  Timers::Monotonic asked{};
  std::uint64_t sequence = 0;  ///< in which they came
  bool booked = false;
  UnixTime due_at = 0;   ///< a booking's: from when it may be answered
  bool front = false;    ///< handed over, or given back: goes first
  std::string for_desk;  ///< handed over to this desk alone

  CallState state = CallState::waiting;
  std::string desk;
  std::string account;      ///< that talks
  std::uint64_t place = 0;  ///< its console; 0: gone for now
  Timers::Monotonic answered{};
  bool held = false;
  std::int64_t connection = 0;  ///< the kiosk's newest
  std::optional<Timers::Monotonic> kiosk_gone;
  std::optional<Timers::Monotonic> desk_gone;
  ConsultGuestPlace guest;
  std::map<std::string, CallPaper> papers;
  std::optional<PaperPart> paper_coming;  ///< its bytes: all that came

  std::optional<consult::Waiting> told;  ///< where it stands, as the kiosk knows
  Bucket from_kiosk{30, 200};
  int candidates_from_kiosk = 0;  ///< of the newest connection
  int candidates_from_desk = 0;
};

/// A console.
struct ConsultPlace {
  Consultations::Who who;
  std::function<void(const ConsultNews&)> say;
  std::string desk;                         ///< empty: it only looks
  std::map<std::string, std::string> told;  ///< call -> its news, but for the seconds
  Bucket orders{30, 200};
};

/// A call that is over, for what comes late.
struct EndedCall {
  std::string kiosk;
  consult::Topic topic = consult::Topic::general;
  std::string language;
  consult::Outcome outcome = consult::Outcome::not_said;
  std::string account;  ///< that talked; empty: nobody did
  bool noted = false;
  Timers::Monotonic at{};
};

struct Consultations::State {
  explicit State(Parts all) : parts(all) {}

  [[nodiscard]] Timers::Monotonic clock() const { return parts.timers.now(); }
  [[nodiscard]] UnixTime now() const {
    return std::chrono::system_clock::to_time_t(parts.timers.wall());
  }
  /// The call, if it is this kiosk's.
  ConsultCall* find(const std::string& kiosk, const std::string& call);
  /// The call, if this place talks in it.
  ConsultCall* own(std::uint64_t place, const std::string& call);
  ConsultPlace* place(std::uint64_t number);
  [[nodiscard]] bool connected(const std::string& kiosk) const;
  /// Places at desks that serve the topic.
  [[nodiscard]] int serving(consult::Topic topic) const;
  /// Within its hours somebody is there for it, or nobody; or it is closed.
  enum class Door { open, nobody, closed };
  [[nodiscard]] Door door(consult::Topic topic) const;

  /// Who waits for the topic, first one first.
  std::vector<ConsultCall*> line(consult::Topic topic);
  bool may_answer(const ConsultPlace& place, ConsultCall& call);
  consult::Standing standing(ConsultCall& call);
  std::optional<std::int32_t> wait_min(consult::Topic topic, int ahead);

  void tell(const ConsultCall& call, consult::ToKiosk what);
  void say(std::uint64_t place, const ConsultNews& news);
  void give_relay(std::uint64_t place);
  /// To the kiosk: how the call stands, when it is talked in.
  void tell_answered(ConsultCall& call);
  /// To everybody whose view has changed.
  void tell_all();
  void tell_place(std::uint64_t number);
  CallNews news(std::uint64_t number, const ConsultPlace& place, ConsultCall& call);

  void look_for_kiosks();
  /// It waits again, in front.
  void release(ConsultCall& call, const std::string& for_desk);
  void end_guest(ConsultCall& call);
  void end(const std::string& call, consult::Outcome outcome);
  void note(const FinishCall& said, consult::Topic topic, const std::string& language);

  void take(ConsultCall& call, const consult::Here& here);
  void take(ConsultCall& call, const consult::HungUp& hung_up);
  void take(ConsultCall& call, const consult::Description& offer);
  void take(ConsultCall& call, const consult::Candidate& candidate);
  void take(ConsultCall& call, const consult::Typed& typed);
  void take(ConsultCall& call, const consult::FormSigned& form);
  [[nodiscard]] consult::FormVerdict check(const ConsultCall& call,
                                           const consult::FormSigned& form) const;
  template <class What>
  void take(ConsultCall& call, const What& what) {
    if (call.place != 0) say(call.place, consult::Said{call.id, what});
  }

  // consult_desks.cpp
  void refuse(std::uint64_t place, const std::string& call, CallNo why);
  void take_back(std::uint64_t number, const SitAt& order);
  void take_guest_back(std::uint64_t number, const SitAt& order);
  void join(std::uint64_t number, ConsultCall& call);
  /// `for_good`: it sits down elsewhere, and is not about to come back.
  void leave(std::uint64_t place, bool for_good);
  void obey(std::uint64_t place, const SitAt& order);
  void obey(std::uint64_t place, const AnswerCall& order);
  void obey(std::uint64_t place, const HoldCall& order);
  void obey(std::uint64_t place, const HandCall& order);
  void obey(std::uint64_t place, const InviteGuest& order);
  void obey(std::uint64_t place, const EndGuest& order);
  void obey(std::uint64_t place, const JoinCall& order);
  void obey(std::uint64_t place, const CallBetween& order);
  void obey(std::uint64_t place, const PaperPart& order);
  void obey(std::uint64_t place, const FinishCall& order);
  void obey(std::uint64_t place, const consult::Told& order);

  Parts parts;
  std::map<std::string, ConsultCall> calls;
  std::map<std::uint64_t, ConsultPlace> places;
  std::map<std::string, EndedCall> ended;
  std::map<consult::Topic, std::deque<std::int64_t>> talked_s;  ///< the last ones
  std::map<std::string, Timers::Monotonic> left;  ///< when somebody stood up from a desk
  std::uint64_t numbers = 0;
  std::optional<LiveHub::Watch> watch;
};

}  // namespace madoguchi::gateway
