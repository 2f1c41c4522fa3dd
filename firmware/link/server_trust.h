#pragma once
// What the kiosk knows of its gateway beyond kiosk.toml, and learns as it goes: the newest
// revocation list of the gateway's CA, and a floor under the clock. Both are kept on disk, so that
// a restart forgets nothing, and both only ever become newer.
//
// Loop thread only. It outlives the clients that use it.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/link/time_floor.h"

namespace madoguchi {

class RevocationList;

struct ServerTrustSettings {
  std::string ca{};         ///< PEM file of the pinned CA
  std::string crl{};        ///< the list that the kiosk was set up with; empty: none is asked for
  std::string state_dir{};  ///< where newer ones are kept, and the signed time; empty: lists stay
                            ///< in memory, and nobody asks for the time
  std::string seal_key{};   ///< PEM file of the gateway's public seal key; empty: no signed time
  std::chrono::hours crl_max_age{168};
  bool stale_is_refused = true;  ///< else only logged
};

class ServerTrust {
 public:
  using WallClock = Timers::Wall;

  /// Errc::invalid with the file for a key or CA that cannot be read. A revocation list that is
  /// missing, malformed or forged is logged and counts as none: it can be fetched.
  static Result<std::unique_ptr<ServerTrust>> open(ServerTrustSettings settings);

  [[nodiscard]] WallClock now(WallClock clock) const { return floor_.at_least(clock); }
  /// Whether lists are asked for at all.
  [[nodiscard]] bool asks_for_list() const { return !settings_.crl.empty(); }
  /// Whether a signed time could be checked and kept.
  [[nodiscard]] bool asks_for_time() const {
    return !settings_.seal_key.empty() && !settings_.state_dir.empty();
  }
  [[nodiscard]] bool stale_is_refused() const { return settings_.stale_is_refused; }
  /// Null while there is none. Shared: a handshake keeps the one that it began with.
  [[nodiscard]] std::shared_ptr<const RevocationList> list() const { return list_; }
  [[nodiscard]] bool list_is_fresh(WallClock clock) const;

  /// An answer to GET /v1/crl. True when it is newer than the held one and took its place. Errors:
  /// invalid and integrity as in RevocationList::parse, the file's (then it counts until the
  /// restart).
  Result<bool> take_list(ByteView content);
  /// An answer to GET /v1/time: TimeFloor::take.
  Result<bool> take_time(ByteView signed_time);

 private:
  ServerTrust(ServerTrustSettings settings, Bytes ca, TimeFloor floor);
  void load_list(const std::string& path);
  [[nodiscard]] std::string kept_list() const;

  ServerTrustSettings settings_;
  Bytes ca_;  ///< PEM
  TimeFloor floor_;
  std::shared_ptr<const RevocationList> list_;
};

}  // namespace madoguchi
