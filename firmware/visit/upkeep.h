#pragma once
// What the kiosk is doing now, in one word, and what is done with its devices and screen between
// visits: a self-test, a test print, an update. One such chore runs at a time, and never while
// somebody uses the kiosk. Loop thread only.

#include <deque>
#include <functional>
#include <memory>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/wakeup.h"
#include "firmware/message/codec.h"

namespace madoguchi::visit {

/// Says nothing of anybody, and may be shown to everybody.
enum class Activity {
  starting,        ///< the journal is not open, or what a power cut left is being resolved
  idle,            ///< the welcome screen
  closed,          ///< outside of the service hours
  out_of_service,  ///< a device or the link keeps it from serving
  certificate,     ///< somebody uses it, here and below
  lesson,
  queue,
  consultation,
  help,    ///< a volunteer's badge
  upkeep,  ///< a chore
  setup,   ///< the first start's questions, or the service screen
};
MADOGUCHI_ENUM(Activity, starting, idle, closed, out_of_service, certificate, lesson, queue,
               consultation, help, upkeep, setup)

class Upkeep {
 public:
  /// A coroutine that may use the devices and the screen as it likes. It is cancelled when nobody
  /// waits for it any more, but not at once: it owns, or shares, whatever is not the kiosk's own.
  using Chore = std::function<Task<void>()>;

  /// Runs the chore: at once when nobody receives residents yet, else as soon as the reception is
  /// between visits (some seconds), and ends when the chore has ended. Errors: busy, when somebody
  /// uses the kiosk or a chore runs; a chore that waited when a visit began has not run.
  Task<Status> run(Chore chore);
  [[nodiscard]] Activity activity() const { return activity_; }
  /// Whether a resident or a maintainer uses the kiosk, or a chore runs.
  [[nodiscard]] bool occupied() const;

  // For whoever has the devices and the screen.

  /// From now on chores are run by tend() alone. Waits until the one that runs has ended.
  Task<void> receive();
  void now(Activity activity);
  [[nodiscard]] bool waits() const { return !waiting_.empty(); }
  /// Runs what waits. The screen is somebody else's afterwards.
  Task<void> tend();

  /// Somebody uses the kiosk for as long as this lives.
  class Visit {
   public:
    Visit(Upkeep& upkeep, Activity activity) : upkeep_(upkeep), before_(upkeep.activity_) {
      upkeep_.now(activity);
    }
    ~Visit() { upkeep_.now(before_); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    Upkeep& upkeep_;
    Activity before_;
  };

 private:
  struct Waiting {
    Chore chore;
    Status outcome = Error{Errc::busy, "upkeep", "somebody uses the kiosk"};
    bool given_up = false;
    Wakeup given_up_now;
    bool over = false;
    Wakeup over_now;
  };
  void refuse_waiting();

  Activity activity_ = Activity::starting;
  bool received_ = false;
  bool running_ = false;
  Wakeup ended_;
  // Shared by who asked, who may go at any time, and who runs it.
  std::deque<std::shared_ptr<Waiting>> waiting_;
};

}  // namespace madoguchi::visit
