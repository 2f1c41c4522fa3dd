#include "tests/visit/consult_world.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi::test {

// ---- kiosk-call ----

void CallWorker::say(const KioskToCall& message) {
  told.push_back(message);
  if (const auto* start = std::get_if<StartCall>(&message)) {
    started.push_back(*start);
    microphone = start->microphone;
    camera = start->camera;
    held = false;
    if (sends_offer) answers_.emplace_back(LocalOffer{start->connection, "v=0 offer"});
    if (sends_offer) answers_.emplace_back(LocalCandidate{start->connection, 0, "candidate:1"});
  }
  if (const auto* devices = std::get_if<OpenDevices>(&message)) {
    microphone = devices->microphone;
    camera = devices->camera;
  }
  if (const auto* hold = std::get_if<HoldCall>(&message)) held = hold->held;
  if (const auto* preview = std::get_if<Preview>(&message)) previewing = preview->on;
  if (std::holds_alternative<EndCall>(message)) microphone = camera = held = false;
  const auto* answer = std::get_if<RemoteAnswer>(&message);
  if (answer != nullptr && connects)
    answers_.emplace_back(CallMoved{answer->connection, CallState::connected, ""});
}

void CallWorker::emit(CallToKiosk message) {
  const Listener listener = listener_;
  if (listener) listener(message);
}

void CallWorker::become_ready(std::int64_t worker, bool has_camera, bool has_microphone) {
  answers_.clear();
  ready_ = CallReady{worker, has_camera, has_microphone, true};
  emit(CallToKiosk{*ready_});
}

void CallWorker::vanish() {
  ready_.reset();
  answers_.clear();
  const std::int64_t connection = started.empty() ? 0 : started.back().connection;
  emit(CallToKiosk{CallMoved{connection, CallState::failed, "kiosk-call is gone"}});
}

void CallWorker::answer() {
  const std::deque<CallToKiosk> now = std::exchange(answers_, {});
  for (const CallToKiosk& each : now) emit(each);
}

// ---- the booth ----

Task<void> DoorOfBooth::changed() {
  while (closed_ == told_) co_await moved_.wait();
  told_ = closed_;
}

void DoorOfBooth::set(bool closed) {
  closed_ = closed;
  moved_.notify();
}

// ---- the city ----

namespace {

template <class T>
HttpAnswer ok(const HttpCall& call, const T& body) {
  return {call.id, 200, {}, encode(body, Dialect::json)};
}

HttpAnswer no(const HttpCall& call, api::Refusal why) {
  HttpAnswer out = ok(call, api::ApiError{why, "as the test asked"});
  out.status = 403;
  return out;
}

}  // namespace

HttpAnswer ConsultCity::answer(const HttpCall& http) {
  const std::string& target = http.target;
  if (target.ends_with("/topics")) return ok(http, consult::Topics{topics});
  if (target == "/v1/consultations") {
    asks.push_back(*decode<consult::Ask>(http.body, Dialect::json));
    if (refuse_ask) return no(http, *refuse_ask);
    call = asks.back().call;
    return ok(http, consult::Standing{2, 10});
  }
  if (target.ends_with("/relay")) {
    ++relays;
    if (relay_gone) return {http.id, {}, "gone", {}};
    return ok(http, consult::RelayPass{"1:kiosk-001", "secret", 1});
  }
  if (target.ends_with("/record")) {
    records.push_back(*decode<consult::Record>(http.body, Dialect::json));
    return ok(http, api::Settled{});
  }
  return ok(http, consult::Paper{"持ち物の一覧", pdf});
}

HttpAnswer ConsultCity::queue(const HttpCall& http) {
  if (http.target == "/v1/queue") {
    queue::Status status;
    status.series = "K3";
    return ok(http, status);
  }
  if (http.target == "/v1/queue/slots") return ok(http, queue::Slots{free_calls});
  if (http.target == "/v1/queue/bookings") {
    booked.push_back(decode<queue::BookingAsk>(http.body, Dialect::json)->slot);
    for (const queue::Slot& slot : free_calls) {
      if (slot.id == booked.back()) return ok(http, queue::Booking{"12345674", slot, {}});
    }
  }
  return no(http, api::Refusal::unknown_visit);
}

void ConsultCity::tell(consult::ToKiosk what) {
  gateway_.tell(desk::LiveToKiosk{consult::Told{call, std::move(what)}});
}

void ConsultCity::react() {
  for (; reacted_ < gateway_.said.size(); ++reacted_) {
    const auto* said = std::get_if<consult::Said>(&gateway_.said[reacted_]);
    if (said == nullptr) continue;
    CHECK_EQUAL(call, said->call);
    if (const auto* here = std::get_if<consult::Here>(&said->what)) {
      const bool first = here->connection == 0;
      if (first) tell(consult::Waiting{1, 5});
      if (somebody_answers) tell(consult::Answered{desk});
    }
    const auto* offer = std::get_if<consult::Description>(&said->what);
    if (offer != nullptr && answers_offers)
      tell(consult::Description{offer->connection, "v=0 answer"});
    const auto* form = std::get_if<consult::FormSigned>(&said->what);
    if (form != nullptr && !form->declined && form_verdict)
      tell(consult::FormChecked{form->paper, *form_verdict});
  }
}

}  // namespace madoguchi::test
