#pragma once
// kiosk-link's third work: carries the media of a call. kiosk-call, which has no network, speaks
// TURN over plain TCP to a socket in its own namespace; every connection that is accepted there is
// pumped through a TLS connection of this kiosk's to the relay's front. What is in it is not looked
// at.
//
// Loop thread only. Nothing here waits for the calls of relay.h, nor they for it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/back_off.h"
#include "firmware/link/http_client.h"

namespace madoguchi {

struct RelayFront {
  std::string address;  ///< "host:port"
  TlsFiles tls;
  TrustUse trust{};
};

struct RelayPumpSettings {
  BackOff back_off{Timers::Duration(250), Timers::Duration(5000)};
  Timers::Duration patience{5000};  ///< to connect to the front
  Timers::Duration idle{60'000};    ///< nothing passed either way: TURN keeps itself alive oftener
  std::size_t buffer = 64u << 10;   ///< each way; who does not read holds up who writes
};

class RelayPump {
 public:
  /// Gives a number in [0, 1).
  using Random = std::function<double()>;

  /// Errc::invalid: the front's address, or an unreadable file, with its name.
  static Result<std::unique_ptr<RelayPump>> create(Timers& timers, RelayFront front, Random random,
                                                   RelayPumpSettings settings = {});
  virtual ~RelayPump() = default;

  /// Asks for the listening socket on `channel`, where kiosk-call hands it over, and serves until
  /// it is cancelled or kiosk-call is gone for good; a kiosk-call that was started again hands over
  /// another. Owns `channel`.
  virtual Task<void> run(int channel) = 0;

  /// Bytes that were carried since the start.
  struct Carried {
    std::uint64_t out = 0;  ///< to the relay
    std::uint64_t in = 0;
  };
  [[nodiscard]] virtual Carried carried() const = 0;
};

}  // namespace madoguchi
