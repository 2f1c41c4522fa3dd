#include "firmware/apps/kioskd/link_port.h"

#include <deque>
#include <map>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"

namespace madoguchi {
namespace {

// kiosk-link answers at the deadline; this much later it is not answering at all.
constexpr std::chrono::milliseconds grace{2'000};
// Live messages that nobody has asked for yet; the oldest goes first.
constexpr std::size_t most_unheard = 64;

// Of kiosk-link for one request about the identity: a slow TPM, a slow gateway.
constexpr std::chrono::milliseconds identity_patience{150'000};

std::string next_identity_id() {
  static std::uint64_t last = 0;
  return "identity-" + std::to_string(++last);
}

struct Waiting {
  explicit Waiting(const asio::any_io_executor& loop) : arrived(loop) {
    arrived.expires_at(asio::steady_timer::time_point::max());
  }
  std::optional<HttpAnswer> answer;
  asio::steady_timer arrived;  // never expires; cancelled when the answer is there
};

}  // namespace

struct LinkPort::State {
  State(const asio::any_io_executor& loop, Timers& clock, FaultBoard& board, int fd)
      : channel(loop, fd), timers(clock), faults(board) {}
  Channel channel;
  Timers& timers;
  FaultBoard& faults;
  bool up = false;
  std::map<std::string, Waiting*> waiting;  // by call id; each lives in its call()'s frame

  void take(HttpAnswer answer);
  void take(LinkState link);
  void take(LiveHeard heard);
  void take(LiveState state);
  void take(ConnectionTested tested);
  // Updates: the listener takes the whole message.
  void take(const UpdateOffer&) {}
  void take(const UpdateWithdrawn&) {}
  void take(const UpdateFetched&) {}
  void take(const UpdateTold&) {}
  std::function<void(const LinkToKiosk&)> update_listener;

  std::weak_ptr<const std::string> test;  // id of the one under way, in its coroutine's frame
  std::optional<ConnectionTested> tested;
  Wakeup test_done;
  bool live = false;
  Wakeup live_changed;
  std::deque<desk::LiveToKiosk> unheard;
  Wakeup message_came;

  void take(EnrolOutcome what);
  void take(IdentityState what);

  std::optional<IdentityState> identity;
  Wakeup identity_changed;
  std::string awaited;  // the id of the identity request that is under way
  std::optional<EnrolOutcome> outcome;
  Wakeup outcome_came;
};

LinkPort::LinkPort(const asio::any_io_executor& loop, Timers& timers, FaultBoard& faults, int fd)
    : state_(std::make_unique<State>(loop, timers, faults, fd)) {}
LinkPort::~LinkPort() = default;

bool LinkPort::up() const { return state_->up; }

Task<HttpAnswer> LinkPort::call(HttpCall call) {
  HttpAnswer none{call.id, {}, std::string(name_of(Errc::timeout)), {}};
  Waiting waiting(co_await asio::this_coro::executor);
  state_->waiting[call.id] = &waiting;
  const auto limit = std::chrono::milliseconds(call.deadline_ms) + grace;
  if (Status sent = state_->channel.send<KioskToLink>(std::move(call)); !sent) {
    none.failure = std::string(name_of(sent.error().code));
  } else {
    const auto arrived = [&]() -> Task<void> {
      co_await waiting.arrived.async_wait(as_tuple_await);
    };
    co_await (arrived() || state_->timers.sleep(limit));
  }
  state_->waiting.erase(none.id);
  co_return waiting.answer ? std::move(*waiting.answer) : std::move(none);
}

Task<Result<ConnectionTested>> LinkPort::test_connection() {
  if (!state_->test.expired())
    co_return Error{Errc::busy, "link", "another connection test is under way"};
  const auto id = std::make_shared<const std::string>(random_uuid());
  state_->test = id;
  state_->tested.reset();
  state_->test_done.forget();
  const TestConnection ask{*id};
  if (Status sent = state_->channel.send<KioskToLink>(ask); !sent) co_return sent.error();
  const auto limit = std::chrono::milliseconds(connection_test_takes_ms) + grace;
  Task<void> done = state_->test_done.wait();
  co_await (std::move(done) || state_->timers.sleep(limit));
  if (!state_->tested) co_return Error{Errc::timeout, "link", "kiosk-link does not answer"};
  co_return std::move(*state_->tested);
}

bool LinkPort::live() const { return state_->live; }

Task<void> LinkPort::live_changed() { co_await state_->live_changed.wait(); }

void LinkPort::say(const desk::LiveFromKiosk& message) {
  if (!state_->live) return;
  LiveSay say{as_text(encode(message, Dialect::json))};
  if (say.text.size() > desk::most_live_bytes) {
    return log_event(Event::message_refused, {{"error", "a live message is too large to be said"}});
  }
  if (Status sent = state_->channel.send<KioskToLink>(std::move(say)); !sent) {
    log_event(Event::message_refused, {{"error", sent.error().text()}});
  }
}

Task<desk::LiveToKiosk> LinkPort::heard() {
  while (state_->unheard.empty()) co_await state_->message_came.wait();
  desk::LiveToKiosk message = std::move(state_->unheard.front());
  state_->unheard.pop_front();
  co_return message;
}

void LinkPort::State::take(HttpAnswer answer) {
  const auto found = waiting.find(answer.id);
  if (found == waiting.end()) return;  // given up already
  found->second->answer = std::move(answer);
  found->second->arrived.cancel();
}

void LinkPort::State::take(LinkState link) {
  up = link.up;
  if (link.up) {
    faults.clear("link");
  } else {
    faults.raise({"link", "down", link.detail});
  }
}

void LinkPort::State::take(ConnectionTested what) {
  const auto id = test.lock();
  if (!id || what.id != *id) return;  // given up already
  tested = std::move(what);
  test_done.notify();
}

void LinkPort::State::take(LiveHeard heard) {
  auto message = decode<desk::LiveToKiosk>(as_bytes(heard.text), Dialect::json);
  if (!message) return log_event(Event::message_refused, {{"error", message.error().text()}});
  if (unheard.size() >= most_unheard) unheard.pop_front();
  unheard.push_back(std::move(*message));
  message_came.notify();
}

void LinkPort::State::take(LiveState state) {
  if (live == state.up) return;
  live = state.up;
  unheard.clear();
  live_changed.notify();
}

void LinkPort::on_update(std::function<void(const LinkToKiosk&)> listener) {
  state_->update_listener = std::move(listener);
}

void LinkPort::send(const KioskToLink& message) {
  if (Status sent = state_->channel.send(message); !sent)
    log_event(Event::message_refused, {{"error", sent.error().text()}});
}

void LinkPort::State::take(EnrolOutcome what) {
  if (what.id != awaited) return;  // given up already
  outcome = std::move(what);
  outcome_came.notify();
}

void LinkPort::State::take(IdentityState what) {
  identity = std::move(what);
  identity_changed.notify();
}

std::optional<IdentityState> LinkPort::identity() const { return state_->identity; }

Task<void> LinkPort::identity_changed() { co_await state_->identity_changed.wait(); }

Task<EnrolOutcome> LinkPort::outcome_of(KioskToLink request, std::string id) {
  EnrolOutcome none{id, EnrolResult::busy, "another request about the identity is under way"};
  if (!state_->awaited.empty()) co_return none;
  const struct Awaited {
    Awaited(std::string& where, const std::string& what) : name(where) { name = what; }
    ~Awaited() { name.clear(); }
    std::string& name;
  } awaited(state_->awaited, id);
  state_->outcome.reset();
  state_->outcome_came.forget();
  none.result = EnrolResult::refused;
  if (Status sent = state_->channel.send<KioskToLink>(std::move(request)); !sent) {
    none.detail = sent.error().text();
    co_return none;
  }
  co_await (state_->outcome_came.wait() || state_->timers.sleep(identity_patience));
  none.detail = "kiosk-link did not answer";
  co_return state_->outcome ? std::move(*state_->outcome) : none;
}

Task<EnrolOutcome> LinkPort::enrol(EnrolRequest request) {
  request.id = next_identity_id();
  std::string id = request.id;
  return outcome_of(std::move(request), std::move(id));
}

Task<EnrolOutcome> LinkPort::renew() {
  std::string id = next_identity_id();
  return outcome_of(RenewRequest{id}, id);
}

Task<EnrolOutcome> LinkPort::forget() {
  std::string id = next_identity_id();
  return outcome_of(ForgetIdentity{id}, id);
}

Task<void> LinkPort::listen() {
  for (;;) {
    auto message = co_await state_->channel.receive_as<LinkToKiosk>();
    if (message) {
      if (state_->update_listener) state_->update_listener(*message);
      std::visit([this](auto& what) { state_->take(std::move(what)); }, *message);
    } else if (message.error().code == Errc::gone) {
      co_return;
    } else {
      log_event(Event::message_refused, {{"error", message.error().text()}});
    }
  }
}

}  // namespace madoguchi
