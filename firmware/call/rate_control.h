#pragma once
// How much of the network a call takes: additive increase, multiplicative decrease on what the far
// end reports, and which picture that is enough for. Pure: the caller gives the time. Loop thread.
//
// After a narrow stretch it comes back faster than it grows into the unknown: what was carried
// before is tried again, soon at first and ever more seldom while that fails.
//
// Over TURN in TLS nothing is lost: a network that is full shows as delay, one-way (transport-wide
// feedback) or as round trip (receiver reports). Loss counts too, for the part between the relay
// and the staff.

#include <chrono>
#include <optional>

#include "firmware/message/consult_api.h"

namespace madoguchi::call {

/// What the far end said since the last report. Nothing: it has not said it.
struct NetworkReport {
  std::optional<double> loss;        ///< 0-1, of the packets of this time
  std::optional<double> delay_ms;    ///< round trip
  std::optional<double> growth_ms;   ///< by how much one packet came later than the one before
  std::optional<int> received_kbps;  ///< of ours, at the far end
  std::optional<int> sent_kbps;      ///< what left us meanwhile
};

class RateControl {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The ladder begins at `most` and never goes above it.
  RateControl(consult::Rung most, Time now);

  /// Call it a few times a second, with or without anything new.
  void report(const NetworkReport& report, Time now);

  [[nodiscard]] consult::Rung rung() const { return rung_; }
  /// For the picture; 0 when none is sent.
  [[nodiscard]] int video_kbps() const;
  /// For the sound; 0 when none is sent.
  [[nodiscard]] int audio_kbps() const;

  static constexpr int least_kbps = 12;
  /// With which a call begins.
  static int first_kbps(consult::Rung most);

 private:
  [[nodiscard]] double empty_delay_ms(double delay_ms, Time now);
  [[nodiscard]] bool is_congested(const NetworkReport& report, Time now);
  void decrease(const NetworkReport& report, Time now);
  void increase(const NetworkReport& report, Time now);
  void choose_rung(Time now);
  [[nodiscard]] bool comes_back(Time now) const;

  consult::Rung most_;
  consult::Rung rung_;
  double target_kbps_;
  // What the way takes when it is empty: the least of this stretch of time and of the one before.
  std::optional<double> least_delay_ms_;
  std::optional<double> least_delay_before_ms_;
  Time stretch_began_;
  Time last_increase_;
  Time last_decrease_;
  double carried_kbps_ = 0;  ///< at the most, before it was narrow
  Time::duration pause_;     ///< after a decrease, before that is tried again
  bool trying_ = false;      ///< it has been since the last decrease
  bool clear_ = true;        ///< nothing waits on the way
  Time rung_since_;
  std::optional<Time> growing_since_;
  bool climbed_ = false;   ///< to this rung, from the one below
  int failed_climbs_ = 0;  ///< in a row: a step up that had to be taken back soon
};

}  // namespace madoguchi::call
