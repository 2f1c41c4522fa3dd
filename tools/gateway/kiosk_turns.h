#pragma once
// One kiosk serves one resident, so its requests are answered one after another: a repeated request
// meets the stored answer of the first, and two requests of a visit can never cross (the incident
// of Kawasaki, 2023). Kiosks do not wait for each other.
//
// Loop thread only.

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "tools/gateway/refused.h"

namespace madoguchi::gateway {

struct TurnLimits {
  std::size_t most_waiting = 8;       ///< requests of one kiosk in the line
  Timers::Duration patience{20'000};  ///< of one request in the line
  double requests_per_s = 5;          ///< in the long run; a visit makes about ten in some minutes
  double burst = 60;                  ///< at once, such as an outbox after an outage
};

class KioskTurns {
 public:
  KioskTurns(Timers& timers, TurnLimits limits);
  ~KioskTurns();

  /// The right to be worked on; given back when it is destroyed. Must not outlive the KioskTurns.
  class Turn {
   public:
    Turn(Turn&& other) noexcept;
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    friend class KioskTurns;
    Turn(KioskTurns& turns, std::string kiosk) : turns_(&turns), kiosk_(std::move(kiosk)) {}
    KioskTurns* turns_;
    std::string kiosk_;
  };

  /// Waits for the kiosk's turn. Refused with status 503 when too many wait, it takes too long, or
  /// the kiosk asks too often.
  Task<Verdict<Turn>> take(const std::string& kiosk);

 private:
  struct Waiting;
  struct Line;
  void give_back(const std::string& kiosk);

  Timers& timers_;
  TurnLimits limits_;
  std::map<std::string, std::unique_ptr<Line>> lines_;  // as many as there are kiosks
};

}  // namespace madoguchi::gateway
