#include "tools/gateway/kiosk_turns.h"

#include <algorithm>
#include <list>

#include "firmware/base/asio.h"

namespace madoguchi::gateway {

struct KioskTurns::Waiting {
  asio::steady_timer wake;
  bool granted = false;
};

struct KioskTurns::Line {
  bool taken = false;
  std::list<Waiting> waiting;
  double allowance = 0;  ///< requests that may come now
  Timers::Monotonic counted{};

  bool allow(Timers::Monotonic now, const TurnLimits& limits) {
    const std::chrono::duration<double> passed = now - counted;
    allowance = std::min(limits.burst, allowance + passed.count() * limits.requests_per_s);
    counted = now;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  }
};

KioskTurns::KioskTurns(Timers& timers, TurnLimits limits) : timers_(timers), limits_(limits) {}
KioskTurns::~KioskTurns() = default;

KioskTurns::Turn::Turn(Turn&& other) noexcept
    : turns_(std::exchange(other.turns_, nullptr)), kiosk_(std::move(other.kiosk_)) {}

KioskTurns::Turn::~Turn() {
  if (turns_ != nullptr) turns_->give_back(kiosk_);
}

void KioskTurns::give_back(const std::string& kiosk) {
  Line& line = *lines_.at(kiosk);
  line.taken = false;
  for (Waiting& next : line.waiting) {
    if (next.granted) continue;
    next.granted = true;
    line.taken = true;
    next.wake.cancel();
    return;
  }
}

Task<Verdict<KioskTurns::Turn>> KioskTurns::take(const std::string& kiosk) {
  auto& slot = lines_[kiosk];
  if (!slot) {
    slot = std::make_unique<Line>();
    slot->allowance = limits_.burst;
    slot->counted = timers_.now();
  }
  Line& line = *slot;
  if (!line.allow(timers_.now(), limits_)) {
    co_return Refused{api::Refusal::internal, "this kiosk asks too often", 503};
  }
  if (!line.taken) {
    line.taken = true;
    co_return Turn(*this, kiosk);
  }
  if (line.waiting.size() >= limits_.most_waiting) {
    co_return Refused{api::Refusal::internal, "too many requests of this kiosk wait", 503};
  }
  const auto place = line.waiting.emplace(line.waiting.end(),
                                          asio::steady_timer(co_await asio::this_coro::executor));
  // Leaves the line also when this await is cancelled; a turn granted meanwhile goes to the next.
  struct Leave {
    KioskTurns& turns;
    const std::string& kiosk;
    std::list<Waiting>::iterator place;
    bool handed_on = false;
    ~Leave() {
      const bool unused = place->granted && !handed_on;
      turns.lines_.at(kiosk)->waiting.erase(place);
      if (unused) turns.give_back(kiosk);
    }
  } leave{*this, kiosk, place};
  co_await within(timers_, limits_.patience, [](Waiting& mine) -> Task<int> {
    mine.wake.expires_at(Timers::Monotonic::max());
    while (!mine.granted) co_await mine.wake.async_wait(as_tuple_await);
    co_return 0;
  }(*place));
  if (!place->granted) {
    co_return Refused{api::Refusal::internal, "the kiosk's earlier request takes too long", 503};
  }
  leave.handed_on = true;
  co_return Turn(*this, kiosk);
}

}  // namespace madoguchi::gateway
