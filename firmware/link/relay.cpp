#include "firmware/link/relay.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"

namespace madoguchi {
namespace {

constexpr std::int64_t longest_deadline_ms = 10 * 60 * 1000;
constexpr std::size_t longest_id = 64;

// The id becomes a header's value.
bool is_acceptable(const HttpCall& call) {
  const auto in_uuid = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
  };
  return !call.id.empty() && call.id.size() <= longest_id &&
         std::all_of(call.id.begin(), call.id.end(), in_uuid) &&
         (call.method == "GET" || call.method == "POST") && call.target.starts_with("/v1/") &&
         call.deadline_ms > 0 && call.deadline_ms <= longest_deadline_ms;
}

HttpRequest to_request(const HttpCall& call) {
  HttpRequest request;
  request.method = call.method;
  request.target = call.target;
  request.headers = {{"Accept", "application/json"}, {"Idempotency-Key", call.id}};
  if (call.method == "POST") request.headers["Content-Type"] = "application/json";
  request.body = call.body;
  return request;
}

Errc without_answer(bool may_have_arrived) { return may_have_arrived ? Errc::timeout : Errc::gone; }

// Whether the same call may go better over a new connection.
bool is_worth_repeating(Errc code) {
  return code != Errc::protocol && code != Errc::full && code != Errc::invalid;
}

}  // namespace

struct Relay::Signals {
  Wakeup call_arrived;       ///< for serve()
  Wakeup deadlines_changed;  ///< for watch_deadlines()
  Wakeup first_cancelled;    ///< for run_first()
};

Relay::Relay(Timers& timers, HttpClient& client, Sink to_kiosk, Random random,
             RelaySettings settings)
    : timers_(timers),
      client_(client),
      to_kiosk_(std::move(to_kiosk)),
      random_(std::move(random)),
      settings_(settings),
      signals_(std::make_unique<Signals>()) {}

Relay::~Relay() = default;

Task<void> Relay::run() {
  state_ = {false, "connecting"};
  to_kiosk_(state_);
  co_await (serve() && watch_deadlines());
}

Task<void> Relay::serve() {
  for (;;) {
    const Status established = co_await establish();
    if (!established) {
      announce(false, established.error().text());
      ++failures_;
      co_await pause();
      continue;
    }
    announce(true, "");
    failures_ = std::min(failures_, 1);
    // A connection that ends is tried again at once, and is down only if that fails. One that keeps
    // ending is not tried in a tight loop.
    const Status ended = co_await serve_calls();
    log_event(Event::request_failed, {{"why", ended.error().text()}});
    if (failures_++ > 0) co_await pause();
  }
}

Task<Status> Relay::establish() {
  const Timers::Monotonic until = timers_.now() + settings_.patience;
  const Status connected = co_await client_.connect(settings_.patience);
  if (!connected) co_return connected.error();
  // TLS 1.3: whether the gateway accepts this kiosk's certificate shows only at the first answer.
  const auto left = std::chrono::ceil<Timers::Duration>(until - timers_.now());
  co_return co_await check_health(std::max(left, Timers::Duration(1)));
}

Task<Status> Relay::check_health(Timers::Duration patience) {
  HttpRequest request;
  request.target = "/v1/health";
  auto outcome = co_await client_.send(std::move(request), patience);
  if (const auto* failure = std::get_if<HttpFailure>(&outcome)) co_return failure->error;
  const int status = std::get<HttpResponse>(outcome).status;
  if (status != 200)
    co_return Error{Errc::refused, "health", "the gateway answers " + std::to_string(status)};
  co_return Status{};
}

// Runs calls until one breaks the connection, or the gateway no longer answers in an idle time.
Task<Status> Relay::serve_calls() {
  for (;;) {
    if (!waiting_.empty()) {
      const Status ran = co_await run_first();
      if (!ran) co_return ran.error();
      continue;
    }
    const auto woken =
        co_await (signals_->call_arrived.wait() || timers_.sleep(settings_.keep_alive));
    if (woken.index() == 0) continue;
    const Status healthy = co_await check_health(settings_.patience);
    if (!healthy) co_return healthy.error();
    failures_ = 0;
  }
}

Task<Status> Relay::run_first() {
  const Timers::Monotonic now = timers_.now();
  const auto left = std::chrono::ceil<Timers::Duration>(waiting_.front().deadline - now);
  if (left <= Timers::Duration::zero()) {
    expire();
    co_return Status{};
  }
  running_ = true;
  signals_->first_cancelled.forget();
  HttpRequest request = to_request(waiting_.front().call);
  const auto outcome =
      co_await (client_.send(std::move(request), left) || signals_->first_cancelled.wait());
  running_ = false;

  Waiting& first = waiting_.front();
  if (const auto* response = std::get_if<HttpResponse>(&outcome)) {
    to_kiosk_(HttpAnswer{first.call.id, response->status, std::nullopt, response->body});
    waiting_.erase(waiting_.begin());
    failures_ = 0;
    co_return Status{};
  }
  const auto* failure = std::get_if<HttpFailure>(&outcome);
  if (failure == nullptr) {  // cancelled; the client has closed the connection and opens the next
                             // one by itself
    waiting_.erase(waiting_.begin());
    co_return Status{};
  }
  first.may_have_arrived = first.may_have_arrived || failure->sent == Sent::maybe;
  if (failure->error.code == Errc::timeout || !is_worth_repeating(failure->error.code)) {
    refuse(first.call.id, failure->error.code == Errc::timeout
                              ? without_answer(first.may_have_arrived)
                              : failure->error.code);
    waiting_.erase(waiting_.begin());
  }
  signals_->deadlines_changed.notify();
  co_return failure->error;
}

// Waits before the next attempt. A call that arrives after the shortest pause ends it: a resident
// is waiting.
Task<void> Relay::pause() {
  const Timers::Duration shortened = settings_.back_off.pause(failures_, random_());
  const Timers::Duration least = std::min(shortened, settings_.back_off.first);
  co_await timers_.sleep(least);
  if (shortened == least) co_return;
  signals_->call_arrived.forget();
  (void)co_await (timers_.sleep(shortened - least) || signals_->call_arrived.wait());
}

// Answers the waiting calls whose time is over; the running one has its deadline in the HTTP
// client.
Task<void> Relay::watch_deadlines() {
  for (;;) {
    expire();
    const auto first = waiting_.begin() + (running_ ? 1 : 0);
    const auto earliest = std::min_element(
        first, waiting_.end(),
        [](const Waiting& a, const Waiting& b) { return a.deadline < b.deadline; });
    if (earliest == waiting_.end()) {
      co_await signals_->deadlines_changed.wait();
    } else {
      const auto left = std::chrono::ceil<Timers::Duration>(earliest->deadline - timers_.now());
      (void)co_await (signals_->deadlines_changed.wait() || timers_.sleep(left));
    }
  }
}

void Relay::expire() {
  const Timers::Monotonic now = timers_.now();
  for (auto it = waiting_.begin() + (running_ ? 1 : 0); it != waiting_.end();) {
    if (it->deadline > now) {
      ++it;
      continue;
    }
    refuse(it->call.id, without_answer(it->may_have_arrived));
    it = waiting_.erase(it);
  }
}

void Relay::handle(KioskToLink message) {
  if (auto* call = std::get_if<HttpCall>(&message)) {
    accept(std::move(*call));
  } else if (const auto* cancelled = std::get_if<CancelCall>(&message)) {
    cancel(cancelled->id);
  }  // else it is not for the relay
}

void Relay::accept(HttpCall call) {
  const auto same_id = [&](const Waiting& other) { return other.call.id == call.id; };
  if (!is_acceptable(call) || std::any_of(waiting_.begin(), waiting_.end(), same_id)) {
    return refuse(call.id, Errc::invalid);
  }
  if (waiting_.size() >= settings_.most_waiting) return refuse(call.id, Errc::busy);
  const Timers::Monotonic deadline = timers_.now() + Timers::Duration(call.deadline_ms);
  waiting_.push_back({std::move(call), deadline, false});
  signals_->call_arrived.notify();
  signals_->deadlines_changed.notify();
}

void Relay::cancel(const std::string& id) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& waiting) { return waiting.call.id == id; });
  if (found == waiting_.end()) return;  // answered already: the answer and the cancelling crossed
  if (running_ && found == waiting_.begin()) {
    signals_->first_cancelled.notify();
  } else {
    waiting_.erase(found);
  }
}

void Relay::announce(bool up, std::string detail) {
  const bool was_up = state_.up;
  if (was_up == up && state_.detail == detail) return;
  state_ = {up, std::move(detail)};
  if (up) {
    log_event(Event::link_up);
  } else {
    log_event(Event::link_down, {{"why", state_.detail}});
  }
  to_kiosk_(state_);
}

void Relay::refuse(const std::string& id, Errc why) {
  log_event(Event::request_failed, {{"id", id}, {"why", std::string(name_of(why))}});
  to_kiosk_(HttpAnswer{id, std::nullopt, std::string(name_of(why)), {}});
}

}  // namespace madoguchi
