#include "firmware/call/rate_control.h"

#include <algorithm>
#include <array>

namespace madoguchi::call {
namespace {

using namespace std::chrono_literals;
using consult::Rung;

struct Step {
  Rung rung;
  int most_kbps;   ///< more does not make it better
  int leave_kbps;  ///< below this the next one down looks better
  int enter_kbps;  ///< needed to come up to it
};
// Best first, in the order of Rung.
constexpr std::array<Step, 5> ladder{{{Rung::p720, 2000, 700, 900},
                                      {Rung::p480, 1000, 300, 400},
                                      {Rung::p240, 350, 110, 150},
                                      {Rung::audio, 40, 20, 28},
                                      {Rung::text, RateControl::least_kbps, 0, 0}}};
constexpr int audio_share_kbps = 40;  // Opus at 32 kbit/s and its headers

constexpr double lossy = 0.10;
constexpr double slightly_lossy = 0.02;
constexpr double queue_ms = 250;  // a round trip longer than the empty way's by so much
constexpr double clear_ms = 60;   // no longer than the empty way's by so much: nothing waits
constexpr double growth_ms = 4;   // each packet later than the one before
constexpr auto growing_for = 400ms;
constexpr auto stretch = 60s;
constexpr auto between_decreases = 700ms;
constexpr auto settled = 3s;  // on a rung, before the next step up
constexpr auto climb_is_tried_for = 6s;
constexpr double increase_per_second = 0.08;
constexpr double least_increase_kbps = 30;  // a second
constexpr double return_per_second = 1.0;   // towards what was carried before,
constexpr double nearly = 0.85;             // but not all the way: that was too much at last
constexpr std::chrono::steady_clock::duration first_pause = 1s;
constexpr std::chrono::steady_clock::duration longest_pause = 8s;
constexpr auto settled_when_returning = 1s;

const Step& step_of(Rung rung) { return ladder[static_cast<std::size_t>(rung)]; }

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

// Half of the best: a new call must not begin by filling the centre's line.
int RateControl::first_kbps(Rung most) {
  return std::max(step_of(most).enter_kbps, step_of(most).most_kbps / 2);
}

RateControl::RateControl(Rung most, Time now)
    : most_(most),
      rung_(most),
      target_kbps_(first_kbps(most)),
      stretch_began_(now),
      last_increase_(now),
      last_decrease_(now - between_decreases),
      pause_(first_pause),
      rung_since_(now - settled) {}

void RateControl::report(const NetworkReport& report, Time now) {
  if (is_congested(report, now)) {
    if (now - last_decrease_ >= between_decreases) decrease(report, now);
  } else if (report.loss.value_or(0) < slightly_lossy) {
    increase(report, now);
  } else {
    last_increase_ = now;
  }
  choose_rung(now);
}

double RateControl::empty_delay_ms(double delay_ms, Time now) {
  if (now - stretch_began_ > stretch) {
    stretch_began_ = now;
    least_delay_before_ms_ = least_delay_ms_;
    least_delay_ms_.reset();
  }
  least_delay_ms_ = std::min(delay_ms, least_delay_ms_.value_or(delay_ms));
  return std::min(*least_delay_ms_, least_delay_before_ms_.value_or(*least_delay_ms_));
}

bool RateControl::is_congested(const NetworkReport& report, Time now) {
  const double waits =
      report.delay_ms ? *report.delay_ms - empty_delay_ms(*report.delay_ms, now) : 0;
  const bool queue = waits > queue_ms;
  clear_ = waits < clear_ms;
  if (report.growth_ms.value_or(0) < growth_ms) {
    growing_since_.reset();
  } else if (!growing_since_) {
    growing_since_ = now;
  }
  const bool growing = growing_since_ && now - *growing_since_ >= growing_for;
  return queue || growing || report.loss.value_or(0) > lossy;
}

void RateControl::decrease(const NetworkReport& report, Time now) {
  const double before = target_kbps_;
  double from = before;
  // What arrives is what the way carries, unless we hardly sent.
  if (report.received_kbps && report.sent_kbps && *report.received_kbps > 0 &&
      *report.sent_kbps > target_kbps_ / 2)
    from = std::min(from, static_cast<double>(*report.received_kbps));
  target_kbps_ = std::max<double>(least_kbps, std::max(0.8 * from, 0.5 * target_kbps_));
  carried_kbps_ = std::max(carried_kbps_, before);
  if (trying_) pause_ = std::min(2 * pause_, longest_pause);
  trying_ = false;
  last_decrease_ = now;
  last_increase_ = now;
}

bool RateControl::comes_back(Time now) const {
  return clear_ && target_kbps_ < nearly * carried_kbps_ && now - last_decrease_ >= pause_;
}

void RateControl::increase(const NetworkReport& report, Time now) {
  const double passed = std::min(1.0, seconds(now - last_increase_));
  last_increase_ = now;
  // A still picture takes little: that the way carries little proves nothing about more.
  const bool unused =
      report.sent_kbps && *report.sent_kbps < target_kbps_ / 3 && rung_ < Rung::audio;
  // After a try that failed the queue empties first: it may be what the way took all the time.
  const bool emptying = pause_ > first_pause && now - last_decrease_ < pause_ / 2;
  if (unused || emptying) return;
  const bool returning = comes_back(now);
  trying_ = trying_ || returning;
  if (target_kbps_ >= nearly * carried_kbps_) {
    trying_ = false;
    pause_ = first_pause;
  }
  const double share = returning ? return_per_second : increase_per_second;
  const double more = std::max(least_increase_kbps, share * target_kbps_) * passed;
  // Not beyond what the next rung needs: what is not sent is not tried either.
  const int most = rung_ == most_ ? step_of(most_).most_kbps + audio_share_kbps
                                  : ladder[static_cast<std::size_t>(rung_) - 1].enter_kbps;
  if (target_kbps_ < most) target_kbps_ = std::min<double>(target_kbps_ + more, most);
}

void RateControl::choose_rung(Time now) {
  const Rung before = rung_;
  while (rung_ != Rung::text && target_kbps_ < step_of(rung_).leave_kbps)
    rung_ = static_cast<Rung>(static_cast<int>(rung_) + 1);
  const auto stayed = now - rung_since_;
  if (rung_ != before) {
    failed_climbs_ = climbed_ && stayed < climb_is_tried_for ? std::min(failed_climbs_ + 1, 4) : 0;
    climbed_ = false;
    rung_since_ = now;
    return;
  }
  if (climbed_ && stayed >= climb_is_tried_for) failed_climbs_ = 0;
  if (rung_ == most_) return;
  const Step& above = ladder[static_cast<std::size_t>(rung_) - 1];
  const Time::duration first_stay =
      comes_back(now) ? Time::duration(settled_when_returning) : Time::duration(settled);
  const Time::duration stay = first_stay * (1 << failed_climbs_);
  if (target_kbps_ < above.enter_kbps || stayed < stay) return;
  rung_ = above.rung;
  climbed_ = true;
  rung_since_ = now;
}

int RateControl::video_kbps() const {
  if (rung_ >= Rung::audio) return 0;
  const int room = static_cast<int>(target_kbps_) - audio_share_kbps;
  return std::clamp(room, step_of(Rung::p240).leave_kbps / 2, step_of(rung_).most_kbps);
}

int RateControl::audio_kbps() const {
  if (rung_ == Rung::text) return 0;
  return target_kbps_ >= 2 * audio_share_kbps ? 32 : 16;
}

}  // namespace madoguchi::call
