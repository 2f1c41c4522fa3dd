#pragma once
// When sound was heard, or is to be played, that comes in parts, sooner or later than it should.
// One part follows the other without a gap until that would be too far from the truth. Pure: the
// caller gives the time, on any one thread.
//
// The echo canceller depends on it: it takes what was played at the time of what is heard, and
// samples that jump about by a packet's jitter are no echo to it.

#include <algorithm>
#include <chrono>
#include <optional>

namespace madoguchi::call {

class SoundClock {
 public:
  using Time = std::chrono::nanoseconds;  ///< since the common clock's base time

  struct Bounds {
    Time early;         ///< a part may come so much before its time, and wait
    Time late;          ///< and so much after it
    Time first_lead{};  ///< the first part waits so long, in case the next ones come later
    Time lead_step{};   ///< longer after each that came too late,
    Time most_lead{};   ///< up to this
  };
  explicit SoundClock(const Bounds& bounds) : bounds_(bounds), lead_(bounds.first_lead) {}

  /// Forgets what was before.
  void begin() {
    next_.reset();
    lead_ = bounds_.first_lead;
  }

  struct Place {
    Time at;
    bool follows;  ///< on the part before
  };
  /// Where a part of this length belongs that came at `now`.
  Place place(Time now, Time length) {
    const bool too_late = next_ && now > *next_ + bounds_.late;
    const bool too_early = next_ && now + bounds_.early < *next_;
    const bool follows = next_ && !too_late && !too_early;
    if (too_late) lead_ = std::min(lead_ + bounds_.lead_step, bounds_.most_lead);
    const Time at = follows ? *next_ : now + lead_;
    next_ = at + length;
    return {at, follows};
  }

 private:
  Bounds bounds_;
  Time lead_;
  std::optional<Time> next_;
};

}  // namespace madoguchi::call
