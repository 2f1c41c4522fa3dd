// What consoles ask of Consultations.

#include <algorithm>

#include "firmware/base/log.h"
#include "tools/gateway/consult/call_state.h"
#include "tools/gateway/consult/consult_records.h"
#include "tools/gateway/identifiers.h"
#include "tools/gateway/queue/waiting_room.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t most_papers = 4;  // of a call
constexpr std::size_t most_title = 60;  // characters
constexpr int most_candidates = 64;     // of a connection
constexpr std::size_t most_deeds = 7;

ConsultSeat seat_of(const ConsultDeskPlan& desk) {
  return {desk.desk, desk.name, desk.topics, desk.interprets};
}

bool is_pdf(const Bytes& content) { return as_text(content).starts_with("%PDF-"); }

}  // namespace

// ---- a console comes and goes ----

Consultations::Seat::Seat(Seat&& other) noexcept
    : all_(std::exchange(other.all_, nullptr)), number_(other.number_) {}

Consultations::Seat::~Seat() {
  if (all_ == nullptr) return;
  State& all = *all_->state_;
  all.leave(number_, false);
  all.places.erase(number_);
  all.tell_all();
}

Consultations::Seat Consultations::arrive(Who who, std::function<void(const ConsultNews&)> say) {
  State& all = *state_;
  ConsultSeats seats;
  std::set<std::string> languages;
  for (const ConsultDeskPlan& desk : all.parts.plan.desks) {
    if (desk.may_sit(who.account, who.role)) seats.desks.push_back(seat_of(desk));
    if (!desk.topics.empty()) seats.others.push_back(seat_of(desk));
    languages.insert(desk.interprets.begin(), desk.interprets.end());
  }
  seats.languages.assign(languages.begin(), languages.end());
  const std::uint64_t number = ++all.numbers;
  ConsultPlace place;
  place.who = std::move(who);
  place.say = std::move(say);
  const auto& added = all.places.emplace(number, std::move(place)).first->second;
  if (!seats.desks.empty()) added.say(seats);
  return Seat(*this, number);
}

void Consultations::Seat::heard(const ConsultOrder& order) {
  State& all = *all_->state_;
  ConsultPlace& place = all.places.at(number_);
  if (!place.orders.take(all.clock())) {
    log_event(Event::gateway_refused, {{"what", "a console asks too much at once"}});
    return all.refuse(number_, "", CallNo::busy);
  }
  std::visit([&](const auto& one) { all.obey(number_, one); }, order);
}

void Consultations::State::refuse(std::uint64_t number, const std::string& call, CallNo why) {
  say(number, CallRefused{call, why});
}

/// Its calls wait for it, and so do those that it is a guest of, which go on meanwhile.
void Consultations::State::leave(std::uint64_t number, bool for_good) {
  ConsultPlace& gone = places.at(number);
  if (!gone.desk.empty()) left[gone.desk] = clock();
  gone.desk.clear();
  for (auto& [id, call] : calls) {
    call.guest.invited.erase(number);
    if (call.guest.place == number) {
      call.guest.place = 0;
      call.guest.state = GuestState::away;
      call.guest.gone = clock();
      if (for_good) end_guest(call);
    }
    if (call.guest.state == GuestState::invited && call.guest.invited.empty()) end_guest(call);
    if (call.state != CallState::talking || call.place != number) continue;
    call.place = 0;
    call.desk_gone = clock();
  }
}

void Consultations::State::obey(std::uint64_t number, const SitAt& order) {
  ConsultPlace& at = places.at(number);
  const ConsultDeskPlan* desk = parts.plan.find_desk(order.desk);
  if (!order.desk.empty() && (desk == nullptr || !desk->may_sit(at.who.account, at.who.role))) {
    return refuse(number, "", CallNo::not_yours);
  }
  if (at.desk != order.desk) leave(number, !at.desk.empty());
  at.desk = order.desk;
  at.told.clear();
  if (desk != nullptr) {
    take_back(number, order);
    take_guest_back(number, order);
  }
  tell_all();
}

/// Who was cut off, or has loaded the page anew, has the call again.
void Consultations::State::take_back(std::uint64_t number, const SitAt& order) {
  const ConsultPlace& at = places.at(number);
  for (auto& [id, call] : calls) {
    if (call.state != CallState::talking || call.desk != at.desk ||
        call.account != at.who.account || (call.place != 0 && order.call != id)) {
      continue;
    }
    if (ConsultPlace* before = place(call.place)) before->told.erase(id);
    if (call.place != 0 && call.place != number) say(call.place, CallGone{id, false});
    call.place = number;
    call.desk_gone.reset();
    give_relay(number);
    const bool works =
        order.call == id && order.connection != 0 && order.connection == call.connection;
    if (!works && !call.kiosk_gone) tell_answered(call);
    return;
  }
}

/// An interpreter whose page was loaded anew is in the call again, without a new invitation.
void Consultations::State::take_guest_back(std::uint64_t number, const SitAt& order) {
  const ConsultPlace& at = places.at(number);
  const ConsultDeskPlan* desk = parts.plan.find_desk(at.desk);
  for (auto& [id, call] : calls) {
    ConsultGuestPlace& guest = call.guest;
    const bool own = guest.account == at.who.account && desk->interprets_language(guest.language);
    const bool gone = guest.state == GuestState::away;
    const bool has_it = guest.state == GuestState::joined && order.call == id;
    if (!own || (!gone && !has_it)) continue;
    if (guest.place != 0 && guest.place != number) say(guest.place, CallGone{id, false});
    if (call.place != 0 && has_it) {
      // The desk's browser makes a new connection when the guest was away.
      guest.state = GuestState::away;
      tell_place(call.place);
    }
    return join(number, call);
  }
}

/// Is the third person from now on; the desk's browser connects to it.
void Consultations::State::join(std::uint64_t number, ConsultCall& call) {
  call.guest.state = GuestState::joined;
  call.guest.account = places.at(number).who.account;
  call.guest.place = number;
  call.guest.gone.reset();
  const ConsultDeskPlan* asks = parts.plan.find_desk(call.desk);
  give_relay(number);
  say(number, CallInvite{call.id, call.topic, call.guest.language,
                         asks == nullptr ? "" : asks->name, true});
  if (call.place != 0) give_relay(call.place);
}

ConsultCall* Consultations::State::own(std::uint64_t number, const std::string& call) {
  const auto found = calls.find(call);
  if (found == calls.end() || found->second.state != CallState::talking ||
      found->second.place != number) {
    refuse(number, call, CallNo::not_yours);
    return nullptr;
  }
  return &found->second;
}

// ---- answering, holding, handing over ----

void Consultations::State::obey(std::uint64_t number, const AnswerCall& order) {
  ConsultPlace& at = places.at(number);
  const auto found = calls.find(order.call);
  if (found == calls.end() || found->second.state != CallState::waiting ||
      found->second.kiosk_gone) {
    return refuse(number, order.call, CallNo::taken);
  }
  const bool talks = std::any_of(calls.begin(), calls.end(), [&](const auto& one) {
    return one.second.state == CallState::talking && one.second.place == number;
  });
  if (talks) return refuse(number, order.call, CallNo::busy);
  ConsultCall& call = found->second;
  const ConsultDeskPlan* desk = parts.plan.find_desk(at.desk);
  const bool ours = desk != nullptr &&
                    (call.for_desk.empty() ? desk->serves(call.topic) : call.for_desk == at.desk);
  if (!ours) return refuse(number, order.call, CallNo::not_yours);
  if (!may_answer(at, call)) return refuse(number, order.call, CallNo::not_next);
  call.state = CallState::talking;
  call.desk = at.desk;
  call.account = at.who.account;
  call.place = number;
  call.answered = clock();
  call.front = false;
  call.for_desk.clear();
  log_event(Event::gateway_request,
            {{"request", "consultation answered"}, {"kiosk", call.kiosk}, {"desk", at.desk}});
  give_relay(number);
  tell_answered(call);
  tell_all();
}

void Consultations::State::obey(std::uint64_t number, const HoldCall& order) {
  ConsultCall* call = own(number, order.call);
  if (call == nullptr || call->held == order.held) return;
  call->held = order.held;
  tell(*call, consult::Held{order.held});
  tell_all();
}

void Consultations::State::obey(std::uint64_t number, const HandCall& order) {
  ConsultCall* call = own(number, order.call);
  if (call == nullptr) return;
  const auto somebody = [&](const auto& serves) {
    return std::any_of(places.begin(), places.end(), [&](const auto& one) {
      const ConsultDeskPlan* desk = parts.plan.find_desk(one.second.desk);
      return one.first != number && desk != nullptr && serves(*desk);
    });
  };
  const bool to_desk = !order.desk.empty();
  const bool there = to_desk ? somebody([&](const auto& desk) { return desk.desk == order.desk; })
                             : somebody([&](const auto& desk) { return desk.serves(order.topic); });
  if (!there) return refuse(number, order.call, CallNo::nobody);
  release(*call, order.desk);
  if (!to_desk) call->topic = order.topic;
  tell_all();
}

// ---- a third person ----

void Consultations::State::obey(std::uint64_t number, const InviteGuest& order) {
  ConsultCall* call = own(number, order.call);
  if (call == nullptr || call->guest.state == GuestState::joined) return;
  end_guest(*call);
  const ConsultDeskPlan* asks = parts.plan.find_desk(call->desk);
  for (const auto& [other, at] : places) {
    const ConsultDeskPlan* desk = parts.plan.find_desk(at.desk);
    if (other == number || desk == nullptr || !desk->interprets_language(order.language)) continue;
    const bool free = std::none_of(calls.begin(), calls.end(), [place = other](const auto& one) {
      return one.second.place == place || one.second.guest.place == place;
    });
    if (free) call->guest.invited.insert(other);
  }
  if (call->guest.invited.empty()) {
    refuse(number, order.call, CallNo::nobody);
    return tell_all();
  }
  call->guest.state = GuestState::invited;
  call->guest.language = order.language;
  for (const std::uint64_t invited : call->guest.invited)
    say(invited, CallInvite{call->id, call->topic, order.language,
                            asks == nullptr ? "" : asks->name, false});
  tell_all();
}

void Consultations::State::obey(std::uint64_t number, const JoinCall& order) {
  const auto found = calls.find(order.call);
  if (found == calls.end() || !found->second.guest.invited.contains(number))
    return refuse(number, order.call, CallNo::taken);
  ConsultCall& call = found->second;
  call.guest.invited.erase(number);
  if (order.declined) {
    say(number, CallGone{call.id, false});
    if (call.guest.invited.empty()) {
      end_guest(call);
      if (call.place != 0) refuse(call.place, call.id, CallNo::nobody);
    }
    return tell_all();
  }
  const auto others = std::exchange(call.guest.invited, {});
  for (const std::uint64_t other : others) say(other, CallGone{call.id, false});
  join(number, call);
  tell(call, consult::Guest{true, true});
  tell_all();
}

void Consultations::State::obey(std::uint64_t number, const EndGuest& order) {
  const auto found = calls.find(order.call);
  if (found == calls.end()) return refuse(number, order.call, CallNo::taken);
  ConsultCall& call = found->second;
  if (call.guest.place != number && call.place != number)
    return refuse(number, order.call, CallNo::not_yours);
  if (call.guest.place != 0) say(call.guest.place, CallGone{call.id, false});
  end_guest(call);
  tell_all();
}

void Consultations::State::obey(std::uint64_t number, const CallBetween& order) {
  const auto found = calls.find(order.call);
  if (found == calls.end() || found->second.guest.state != GuestState::joined) return;
  const ConsultGuestPlace& guest = found->second.guest;
  const bool by_guest = guest.place == number;
  if (!by_guest && found->second.place != number) return;
  const auto* description = std::get_if<consult::Description>(&order.what);
  if (description != nullptr && description->sdp.size() > consult::most_sdp_bytes)
    return refuse(number, order.call, CallNo::too_large);
  const std::uint64_t to = by_guest ? found->second.place : guest.place;
  if (to != 0) say(to, order);
}

// ---- what is told to the kiosk ----

void Consultations::State::obey(std::uint64_t number, const consult::Told& order) {
  ConsultCall* call = own(number, order.call);
  if (call == nullptr) return;
  switch (passes(order.what)) {
    case Passes::no:
      return refuse(number, order.call, CallNo::not_yours);
    case Passes::too_large:
      return refuse(number, order.call, CallNo::too_large);
    case Passes::yes:
      break;
  }
  // What answers a connection that another has replaced meanwhile is of no use to anybody.
  if (const auto* answer = std::get_if<consult::Description>(&order.what))
    if (answer->connection != call->connection) return;
  if (const auto* candidate = std::get_if<consult::Candidate>(&order.what)) {
    if (candidate->connection != call->connection) return;
    if (++call->candidates_from_desk > most_candidates) return;
  }
  if (std::holds_alternative<consult::Typed>(order.what) && call->guest.place != 0)
    say(call->guest.place, consult::Said{call->id, std::get<consult::Typed>(order.what)});
  tell(*call, order.what);
}

void Consultations::State::obey(std::uint64_t number, const PaperPart& order) {
  ConsultCall* call = own(number, order.call);
  if (call == nullptr) return;
  auto& coming = call->paper_coming;
  if (order.at == 0) coming = PaperPart{order.call, order.paper, order.title, order.to_sign, 0, {}};
  const auto size = coming ? coming->bytes.size() + order.bytes.size() : 0;
  const bool fits = coming && coming->paper == order.paper && is_uuid(order.paper) &&
                    static_cast<std::size_t>(order.at) == coming->bytes.size() &&
                    order.bytes.size() <= most_part_bytes && size <= consult::most_paper_bytes &&
                    characters(coming->title) <= most_title && call->papers.size() < most_papers;
  if (fits) coming->bytes.insert(coming->bytes.end(), order.bytes.begin(), order.bytes.end());
  if (!fits || (order.last && !is_pdf(coming->bytes))) {
    coming.reset();
    return refuse(number, order.call, CallNo::too_large);
  }
  if (!order.last) return;
  const PaperPart whole = std::move(*coming);
  coming.reset();
  call->papers[whole.paper] = {{whole.title, whole.bytes}, whole.to_sign};
  tell(*call, consult::PaperOffered{whole.paper, whole.title, whole.to_sign});
}

// ---- the end ----

void Consultations::State::note(const FinishCall& said, consult::Topic topic,
                                const std::string& language) {
  const ConsultNote line{topic, language, said.outcome, said.deeds, said.note};
  const Status done = add_consult_note(parts.store, line, now());
  if (!done) log_event(Event::gateway_refused, {{"what", done.error().text()}});
}

void Consultations::State::obey(std::uint64_t number, const FinishCall& order) {
  const ConsultPlace& at = places.at(number);
  if (characters(order.note) > most_note || order.deeds.size() > most_deeds ||
      !note_is_safe(order.note)) {
    return refuse(number, order.call, CallNo::note);
  }
  const auto over = ended.find(order.call);
  if (over != ended.end()) {
    EndedCall& call = over->second;
    if (call.noted || call.account != at.who.account)
      return refuse(number, order.call, CallNo::not_yours);
    call.noted = true;
    return note(order, call.topic, call.language);
  }
  ConsultCall* call = own(number, order.call);
  if (call == nullptr) return;
  note(order, call->topic, call->language);
  end(order.call, order.outcome);
  ended[order.call].noted = true;
  tell_all();
}

}  // namespace madoguchi::gateway
