#pragma once
// The earliest moment that it can be now: when this firmware was built, or the newest time that the
// gateway has signed. A kiosk whose clock battery is empty wakes in 1970 and would take every
// certificate for one of the future, or, set back on purpose, an expired one for valid.

#include <chrono>
#include <optional>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/crypto/signature.h"

namespace madoguchi {

class TimeFloor {
 public:
  using WallClock = std::chrono::system_clock::time_point;

  /// When this firmware was built, to the day.
  static WallClock built();

  /// `key` is the gateway's seal key; without one nothing raises the floor. `file` is where the
  /// newest signed time is kept; empty: in memory only. What is in it counts only with a good
  /// signature.
  TimeFloor(std::optional<P256PublicKey> key, std::string file, WallClock lowest = built());

  /// Never before the floor. Any thread while nobody calls take().
  [[nodiscard]] WallClock at_least(WallClock clock) const;
  [[nodiscard]] WallClock floor() const { return floor_; }

  /// An answer to GET /v1/time, JSON. True when it raised the floor, false when it is older than
  /// what is known. Errors: protocol, integrity (not the gateway's signature), unsupported (there
  /// is no key), the file's. A floor that cannot be written still counts until the restart.
  Result<bool> take(ByteView signed_time);

 private:
  [[nodiscard]] Result<WallClock> read(ByteView signed_time) const;

  std::optional<P256PublicKey> key_;
  std::string file_;
  WallClock floor_;
};

}  // namespace madoguchi
