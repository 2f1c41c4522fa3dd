#include "tools/gateway/consult/consultations.h"

#include <algorithm>
#include <tuple>

#include "firmware/base/log.h"
#include "tools/gateway/consult/call_state.h"
#include "tools/gateway/consult/consult_records.h"
#include "tools/gateway/identifiers.h"
#include "tools/gateway/queue/next.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t talks_remembered = 10;
constexpr int most_candidates = 64;  // of a connection
constexpr std::chrono::hours ended_kept{1};

Decision refused(api::Refusal code, std::string what) {
  return {.answer = refusal({code, std::move(what)})};
}

void log_call(std::string_view what, const std::string& kiosk) {
  log_event(Event::gateway_request,
            {{"request", "consultation " + std::string(what)}, {"kiosk", kiosk}});
}

void log_dropped(std::string_view what, const std::string& kiosk) {
  log_event(Event::gateway_refused, {{"kiosk", kiosk}, {"what", std::string(what)}});
}

bool same(const consult::Waiting& a, const consult::Waiting& b) {
  return a.position == b.position && a.wait_min == b.wait_min;
}

}  // namespace

// ---- what is so ----

ConsultCall* Consultations::State::find(const std::string& kiosk, const std::string& call) {
  const auto found = calls.find(call);
  return found == calls.end() || found->second.kiosk != kiosk ? nullptr : &found->second;
}

bool Consultations::State::connected(const std::string& kiosk) const {
  const auto kiosks = parts.hub.kiosks();
  return std::any_of(kiosks.begin(), kiosks.end(),
                     [&](const LiveKiosk& one) { return one.kiosk == kiosk; });
}

int Consultations::State::serving(consult::Topic topic) const {
  return static_cast<int>(std::count_if(places.begin(), places.end(), [&](const auto& one) {
    const ConsultDeskPlan* desk = parts.plan.find_desk(one.second.desk);
    return desk != nullptr && desk->serves(topic);
  }));
}

Consultations::State::Door Consultations::State::door(consult::Topic topic) const {
  if (!parts.plan.open_at(topic, now())) return Door::closed;
  if (!parts.plan.needs_somebody || serving(topic) > 0) return Door::open;
  // Whoever loads the page anew has not gone.
  const std::chrono::seconds grace(parts.plan.desk_grace_s);
  const bool back_soon = std::any_of(left.begin(), left.end(), [&](const auto& one) {
    const ConsultDeskPlan* desk = parts.plan.find_desk(one.first);
    return desk != nullptr && desk->serves(topic) && clock() - one.second < grace;
  });
  return back_soon ? Door::open : Door::nobody;
}

std::vector<ConsultCall*> Consultations::State::line(consult::Topic topic) {
  std::vector<ConsultCall*> out;
  for (auto& [id, call] : calls) {
    if (call.state == CallState::waiting && call.topic == topic && call.for_desk.empty() &&
        !call.kiosk_gone) {
      out.push_back(&call);
    }
  }
  const auto place = [at = now()](const ConsultCall& one) {
    const int kind = one.front ? 0 : !one.booked ? 2 : one.due_at <= at ? 1 : 3;
    return std::make_tuple(kind, one.front ? 0 : one.due_at, one.sequence);
  };
  std::sort(out.begin(), out.end(),
            [&](const ConsultCall* a, const ConsultCall* b) { return place(*a) < place(*b); });
  return out;
}

bool Consultations::State::may_answer(const ConsultPlace& place, ConsultCall& call) {
  if (call.state != CallState::waiting || call.kiosk_gone || place.desk.empty()) return false;
  if (!call.for_desk.empty()) return call.for_desk == place.desk;
  const ConsultDeskPlan* desk = parts.plan.find_desk(place.desk);
  if (desk == nullptr || !desk->serves(call.topic)) return false;
  if (call.booked && !call.front && call.due_at > now()) return false;
  const auto waiting = line(call.topic);
  return !waiting.empty() && waiting.front() == &call;
}

std::optional<std::int32_t> Consultations::State::wait_min(consult::Topic topic, int ahead) {
  const auto& talks = talked_s[topic];
  return wait_minutes({talks.begin(), talks.end()}, ahead, serving(topic));
}

consult::Standing Consultations::State::standing(ConsultCall& call) {
  if (!call.for_desk.empty()) return {1, {}};
  const auto waiting = line(call.topic);
  const auto at = std::find(waiting.begin(), waiting.end(), &call);
  const auto ahead = static_cast<std::int32_t>(at - waiting.begin());
  consult::Standing out{ahead + 1, wait_min(call.topic, ahead)};
  if (!call.booked || call.due_at <= now()) return out;
  const auto minutes = static_cast<std::int32_t>((call.due_at - now() + 299) / 300 * 5);
  out.wait_min = std::max(minutes, out.wait_min.value_or(0));
  return out;
}

// ---- saying it ----

void Consultations::State::tell(const ConsultCall& call, consult::ToKiosk what) {
  (void)parts.hub.tell(call.kiosk, consult::Told{call.id, std::move(what)});
}

ConsultPlace* Consultations::State::place(std::uint64_t number) {
  const auto found = places.find(number);
  return found == places.end() ? nullptr : &found->second;
}

void Consultations::State::say(std::uint64_t number, const ConsultNews& news) {
  if (const ConsultPlace* to = place(number)) to->say(news);
}

void Consultations::State::give_relay(std::uint64_t number) {
  if (parts.relay == nullptr || parts.relay->urls().empty()) return say(number, CallRelay{});
  const consult::RelayPass pass = parts.relay->pass("desk", now());
  say(number, CallRelay{parts.relay->urls(), pass.user, pass.password});
}

void Consultations::State::tell_answered(ConsultCall& call) {
  const ConsultDeskPlan* desk = parts.plan.find_desk(call.desk);
  call.told.reset();
  tell(call, consult::Answered{desk == nullptr ? "" : desk->name});
  if (call.held) tell(call, consult::Held{true});
  if (call.guest.state == GuestState::joined || call.guest.state == GuestState::away)
    tell(call, consult::Guest{true, true});
}

CallNews Consultations::State::news(std::uint64_t number, const ConsultPlace& at,
                                    ConsultCall& call) {
  CallNews out;
  out.call = call.id;
  out.kiosk = call.kiosk;
  out.topic = call.topic;
  out.language = call.language;
  out.state = call.state;
  out.next = may_answer(at, call);
  out.booked = call.booked;
  out.handed = call.front;
  out.mine = call.state == CallState::talking && call.place == number;
  out.held = call.held;
  out.away = call.kiosk_gone.has_value();
  out.guest = call.guest.state;
  return out;
}

void Consultations::State::tell_place(std::uint64_t number) {
  ConsultPlace& at = places.at(number);
  const ConsultDeskPlan* desk = parts.plan.find_desk(at.desk);
  std::set<std::string> seen;
  for (auto& [id, call] : calls) {
    const bool waits =
        call.state == CallState::waiting && desk != nullptr &&
        (call.for_desk.empty() ? desk->serves(call.topic) : call.for_desk == at.desk);
    const bool mine = call.state == CallState::talking && call.place == number;
    if (!waits && !mine) continue;
    seen.insert(id);
    CallNews one = news(number, at, call);
    const std::string words = as_text(encode(one, Dialect::json));
    if (std::exchange(at.told[id], words) == words) continue;
    const auto until = mine ? call.answered : clock();
    one.waited_s = std::chrono::duration_cast<std::chrono::seconds>(until - call.asked).count();
    at.say(one);
  }
  for (auto told = at.told.begin(); told != at.told.end();) {
    if (seen.contains(told->first)) {
      ++told;
      continue;
    }
    const auto over = ended.find(told->first);
    const bool own =
        over != ended.end() && !over->second.noted && over->second.account == at.who.account;
    at.say(CallGone{told->first, own});
    told = at.told.erase(told);
  }
}

void Consultations::State::tell_all() {
  for (auto& [id, call] : calls) {
    if (call.state != CallState::waiting || call.kiosk_gone) continue;
    const consult::Standing now_at = standing(call);
    const consult::Waiting waiting{now_at.position, now_at.wait_min};
    if (call.told && same(*call.told, waiting)) continue;
    call.told = waiting;
    tell(call, waiting);
  }
  for (const auto& [number, at] : places) tell_place(number);
}

// ---- the course of a call ----

void Consultations::State::look_for_kiosks() {
  bool changed = false;
  for (auto& [id, call] : calls) {
    const bool here = connected(call.kiosk);
    // That it is back is said by Here: a connection alone may be that of a kiosk that has
    // forgotten.
    if (here || call.kiosk_gone) continue;
    call.kiosk_gone = clock();
    changed = true;
  }
  if (changed) tell_all();
}

void Consultations::State::end_guest(ConsultCall& call) {
  ConsultGuestPlace before = std::exchange(call.guest, {});
  for (const std::uint64_t invited : before.invited) say(invited, CallGone{call.id, false});
  const bool was_in = before.state == GuestState::joined || before.state == GuestState::away;
  if (was_in) tell(call, consult::Guest{false, true});
}

void Consultations::State::release(ConsultCall& call, const std::string& for_desk) {
  end_guest(call);
  call.state = CallState::waiting;
  call.front = true;
  call.for_desk = for_desk;
  call.desk.clear();
  call.account.clear();
  call.place = 0;
  call.held = false;
  call.desk_gone.reset();
  call.told.reset();
}

void Consultations::State::end(const std::string& id, consult::Outcome outcome) {
  const auto found = calls.find(id);
  if (found == calls.end()) return;
  ConsultCall& call = found->second;
  end_guest(call);
  tell(call, consult::Over{outcome});
  EndedCall over{call.kiosk, call.topic, call.language, outcome, call.account, false, clock()};
  over.noted = outcome != consult::Outcome::not_said && outcome != consult::Outcome::broken;
  if (call.state == CallState::talking) {
    auto& talks = talked_s[call.topic];
    talks.push_back(
        std::chrono::duration_cast<std::chrono::seconds>(clock() - call.answered).count());
    if (talks.size() > talks_remembered) talks.pop_front();
  }
  log_call("over", call.kiosk);
  ended[id] = std::move(over);
  calls.erase(found);
}

void Consultations::tick() {
  State& all = *state_;
  const std::chrono::seconds kiosk_grace(all.parts.plan.kiosk_grace_s);
  const std::chrono::seconds desk_grace(all.parts.plan.desk_grace_s);
  std::vector<std::pair<std::string, consult::Outcome>> lost;
  for (auto& [id, call] : all.calls) {
    if (call.guest.gone && all.clock() - *call.guest.gone >= desk_grace) all.end_guest(call);
    const bool talking = call.state == CallState::talking;
    if (call.kiosk_gone && all.clock() - *call.kiosk_gone >= kiosk_grace) {
      lost.emplace_back(id, talking ? consult::Outcome::broken : consult::Outcome::left);
    } else if (call.desk_gone && all.clock() - *call.desk_gone >= desk_grace) {
      all.release(call, "");
    }
  }
  for (const auto& [id, outcome] : lost) all.end(id, outcome);
  std::erase_if(all.ended,
                [&](const auto& one) { return all.clock() - one.second.at > ended_kept; });
  all.tell_all();
}

// ---- what kiosks say ----

void Consultations::heard(const std::string& kiosk, const consult::Said& said) {
  State& all = *state_;
  ConsultCall* call = all.find(kiosk, said.call);
  const bool is_here = std::holds_alternative<consult::Here>(said.what);
  if (call == nullptr) {
    if (all.calls.contains(said.call)) return log_dropped("another kiosk's consultation", kiosk);
    const auto over = all.ended.find(said.call);
    if (!is_here || (over != all.ended.end() && over->second.kiosk != kiosk)) return;
    // A gateway that was started again has forgotten its calls: the kiosk must not wait for ever.
    const auto outcome = over == all.ended.end() ? consult::Outcome::broken : over->second.outcome;
    (void)all.parts.hub.tell(kiosk, consult::Told{said.call, consult::Over{outcome}});
    return;
  }
  if (passes(said.what) != Passes::yes) return log_dropped("too large for a call", kiosk);
  const bool ends = std::holds_alternative<consult::HungUp>(said.what);
  if (!ends && !call->from_kiosk.take(all.clock())) return log_dropped("too much at once", kiosk);
  std::visit([&](const auto& what) { all.take(*call, what); }, said.what);
}

void Consultations::State::take(ConsultCall& call, const consult::Here&) {
  const bool was_gone = std::exchange(call.kiosk_gone, std::nullopt).has_value();
  if (call.state == CallState::talking) {
    tell_answered(call);
  } else if (!was_gone) {
    call.told.reset();
  }
  if (was_gone) call.told.reset();
  tell_all();
}

void Consultations::State::take(ConsultCall& call, const consult::HungUp&) {
  const bool talking = call.state == CallState::talking;
  end(call.id, talking ? consult::Outcome::not_said : consult::Outcome::left);
  tell_all();
}

void Consultations::State::take(ConsultCall& call, const consult::Description& offer) {
  if (call.state != CallState::talking || offer.connection <= call.connection)
    return log_dropped("an offer out of order", call.kiosk);
  call.connection = offer.connection;
  call.candidates_from_kiosk = call.candidates_from_desk = 0;
  if (call.place == 0) return;
  give_relay(call.place);
  say(call.place, consult::Said{call.id, offer});
}

void Consultations::State::take(ConsultCall& call, const consult::Candidate& candidate) {
  if (candidate.connection != call.connection || ++call.candidates_from_kiosk > most_candidates)
    return;
  if (call.place != 0) say(call.place, consult::Said{call.id, candidate});
}

void Consultations::State::take(ConsultCall& call, const consult::Typed& typed) {
  for (const std::uint64_t reader : {call.place, call.guest.place})
    if (reader != 0) say(reader, consult::Said{call.id, typed});
}

/// As a visit checks who identifies himself, and over this form of this call alone.
consult::FormVerdict Consultations::State::check(const ConsultCall& call,
                                                 const consult::FormSigned& form) const {
  using consult::FormVerdict;
  const auto paper = call.papers.find(form.paper);
  if (paper == call.papers.end() || !paper->second.to_sign) return FormVerdict::not_asked;
  if (parts.card_trust == nullptr) return FormVerdict::untrusted;
  const Bytes message = consult::form_message(call.id, form.paper, paper->second.paper.pdf);
  const auto card =
      parts.card_trust->identify(form.certificate, form.signature, message, parts.timers.wall());
  const auto* refused = std::get_if<Refused>(&card);
  if (refused == nullptr) return FormVerdict::good;
  log_dropped("a signed form: " + refused->message, call.kiosk);
  return refused->code == api::Refusal::signature_invalid ? FormVerdict::not_signed
                                                          : FormVerdict::untrusted;
}

/// The desk is told what came of it, never the certificate: it is of no use there.
void Consultations::State::take(ConsultCall& call, const consult::FormSigned& form) {
  const bool talking = call.state == CallState::talking;
  auto verdict = consult::FormVerdict::not_asked;
  if (talking && !form.declined) verdict = check(call, form);
  if (verdict == consult::FormVerdict::good) call.papers.at(form.paper).to_sign = false;
  if (!form.declined) tell(call, consult::FormChecked{form.paper, verdict});
  if (call.place != 0) say(call.place, CallForm{call.id, form.paper, form.declined, verdict});
}

// ---- what kiosks ask ----

Answer Consultations::topics() {
  State& all = *state_;
  consult::Topics out;
  for (const ConsultTopicPlan& plan : all.parts.plan.topics) {
    const auto waiting = static_cast<std::int32_t>(all.line(plan.topic).size());
    const State::Door door = all.door(plan.topic);
    out.topics.push_back({plan.topic, door == State::Door::open, door == State::Door::nobody,
                          plan.booth, plan.booked_only, waiting, all.wait_min(plan.topic, waiting),
                          plan.written_hours});
  }
  return json_answer(200, out);
}

Task<Decision> Consultations::ask(Caller caller, consult::Ask ask) {
  State& all = *state_;
  if (!is_uuid(ask.call) || !is_language_tag(ask.language))
    co_return refused(api::Refusal::malformed, "call is a UUID, language a language tag");
  if (ConsultCall* known = all.find(caller.kiosk, ask.call))
    co_return Decision{.answer = json_answer(201, all.standing(*known))};
  if (all.calls.contains(ask.call))
    co_return refused(api::Refusal::unknown_visit, "this call is another kiosk's");
  if (all.ended.contains(ask.call)) co_return refused(api::Refusal::out_of_order, "it is over");
  const ConsultTopicPlan* plan = all.parts.plan.find(ask.topic);
  if (plan == nullptr) co_return refused(api::Refusal::closed, "the city does not offer this");
  if (plan->booth && !ask.booth_closed)
    co_return refused(api::Refusal::not_available, "only with the booth's door closed");
  if (plan->booked_only && !ask.booking)
    co_return refused(api::Refusal::not_available, "only with a booking");
  ConsultCall call;
  if (ask.booking) {
    if (all.parts.bookings == nullptr)
      co_return refused(api::Refusal::not_available, "nothing can be booked here");
    const auto due = all.parts.bookings->check_in_for_call(*ask.booking, ask.topic);
    if (!due) co_return refused(api::Refusal::internal, "the gateway could not look it up");
    if (const auto* no = std::get_if<BookingNo>(&*due)) co_return refused_booking(*no);
    call.booked = true;
    call.due_at = std::get<UnixTime>(*due);
  } else if (all.door(ask.topic) != State::Door::open) {
    co_return refused(api::Refusal::closed, "nobody serves this now");
  }
  call.id = ask.call;
  call.kiosk = caller.kiosk;
  call.topic = ask.topic;
  call.language = ask.language;
  call.asked = all.clock();
  call.sequence = ++all.numbers;
  if (!all.connected(caller.kiosk)) call.kiosk_gone = all.clock();
  // A kiosk serves one resident: what it has left is over.
  std::vector<std::string> before;
  for (const auto& [id, one] : all.calls)
    if (one.kiosk == caller.kiosk) before.push_back(id);
  for (const std::string& id : before) all.end(id, consult::Outcome::left);
  ConsultCall& added = all.calls.emplace(ask.call, std::move(call)).first->second;
  log_call("asked", caller.kiosk);
  const consult::Standing standing = all.standing(added);
  added.told = consult::Waiting{standing.position, standing.wait_min};
  all.tell_all();
  co_return Decision{.answer = json_answer(201, standing), .keep = Keep::minutes};
}

Task<Decision> Consultations::relay(Caller caller, consult::RelayAsk) {
  State& all = *state_;
  if (all.find(caller.kiosk, caller.visit) == nullptr) {
    const auto over = all.ended.find(caller.visit);
    const bool own = over != all.ended.end() && over->second.kiosk == caller.kiosk;
    if (own) co_return refused(api::Refusal::out_of_order, "it is over");
    co_return refused(api::Refusal::unknown_visit, "there is no such call");
  }
  if (all.parts.relay == nullptr)
    co_return refused(api::Refusal::not_available, "there is no relay here");
  const consult::RelayPass pass = all.parts.relay->pass(caller.kiosk, all.now());
  co_return Decision{.answer = json_answer(200, pass), .keep = Keep::minutes};
}

/// A call that is not known any more counts: its record may come after an outage.
Task<Decision> Consultations::record(Caller caller, consult::Record record) {
  State& all = *state_;
  const auto over = all.ended.find(caller.visit);
  const bool foreign =
      (all.calls.contains(caller.visit) && all.find(caller.kiosk, caller.visit) == nullptr) ||
      (over != all.ended.end() && over->second.kiosk != caller.kiosk);
  if (!is_uuid(caller.visit) || foreign)
    co_return refused(api::Refusal::unknown_visit, "there is no such call");
  if (const std::string wrong = impossible(record, all.now()); !wrong.empty())
    co_return refused(api::Refusal::malformed, wrong);
  Decision decision;
  decision.answer = json_answer(200, api::Settled{true});
  decision.write = [kiosk = caller.kiosk, record](Store& store) {
    return add_consult_record(store, kiosk, record);
  };
  co_return decision;
}

Answer Consultations::paper(const std::string& kiosk, const std::string& call,
                            const std::string& paper) {
  const ConsultCall* found = state_->find(kiosk, call);
  if (found == nullptr || !found->papers.contains(paper))
    return refused(api::Refusal::unknown_visit, "there is no such paper").answer;
  return json_answer(200, found->papers.at(paper).paper);
}

// ---- beginning and end ----

Consultations::Consultations(std::unique_ptr<State> state) : state_(std::move(state)) {}

Consultations::~Consultations() { state_->parts.hub.consult_with({}); }

Result<std::unique_ptr<Consultations>> Consultations::open(Parts parts) {
  if (auto made = make_consult_tables(parts.store); !made) return made.error();
  std::unique_ptr<Consultations> out(new Consultations(std::make_unique<State>(parts)));
  parts.hub.consult_with([all = out.get()](const std::string& kiosk, const consult::Said& said) {
    all->heard(kiosk, said);
  });
  out->state_->watch.emplace(
      parts.hub.watch_all([state = out->state_.get()] { state->look_for_kiosks(); }));
  return out;
}

Status Consultations::tidy() { return tidy_consult_records(state_->parts.store, state_->now()); }

}  // namespace madoguchi::gateway
