#include "firmware/visit/upkeep.h"

#include <utility>

#include "firmware/base/asio.h"

namespace madoguchi::visit {
namespace {

bool in_use(Activity activity) {
  switch (activity) {
    case Activity::starting:
    case Activity::idle:
    case Activity::closed:
    case Activity::out_of_service:
      return false;
    default:
      return true;
  }
}

Error busy(const char* what) { return {Errc::busy, "upkeep", what}; }

}  // namespace

bool Upkeep::occupied() const { return running_ || in_use(activity_); }

Task<Status> Upkeep::run(Chore chore) {
  if (running_ || !waiting_.empty()) co_return busy("something else is being done with the kiosk");
  if (in_use(activity_)) co_return busy("somebody uses the kiosk");
  const auto one = std::make_shared<Waiting>();
  one->chore = std::move(chore);
  waiting_.push_back(one);
  struct Leave {
    Waiting& one;
    ~Leave() {
      one.given_up = true;
      one.given_up_now.notify();
    }
  } const leave{*one};
  if (!received_) {
    co_await tend();
  } else {
    while (!one->over) co_await one->over_now.wait();
  }
  co_return one->outcome;
}

Task<void> Upkeep::receive() {
  received_ = true;
  while (running_) co_await ended_.wait();
}

void Upkeep::now(Activity activity) {
  activity_ = activity;
  if (in_use(activity) && activity != Activity::upkeep) refuse_waiting();
}

void Upkeep::refuse_waiting() {
  for (const auto& one : std::exchange(waiting_, {})) {
    one->over = true;
    one->over_now.notify();
  }
}

Task<void> Upkeep::tend() {
  while (!waiting_.empty()) {
    const std::shared_ptr<Waiting> one = std::move(waiting_.front());
    waiting_.pop_front();
    if (one->given_up) continue;
    struct Running {
      Upkeep& upkeep;
      Visit visit;
      explicit Running(Upkeep& whose) : upkeep(whose), visit(whose, Activity::upkeep) {
        upkeep.running_ = true;
      }
      ~Running() {
        upkeep.running_ = false;
        upkeep.ended_.notify();
      }
    };
    {
      const Running running(*this);
      Task<void> work = one->chore();
      Task<void> given_up = one->given_up_now.wait();
      co_await (std::move(work) || std::move(given_up));
    }
    one->outcome = Status();
    one->over = true;
    one->over_now.notify();
  }
}

}  // namespace madoguchi::visit
