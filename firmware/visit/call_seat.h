#pragma once
// What a consultation needs beside the desk: the process of pictures and sound, the live
// connection, and where there is one the switch at the booth's door.

#include <functional>
#include <optional>

#include "firmware/message/call_protocol.h"
#include "hal/api/booth_switch.h"

namespace madoguchi::visit {

class Companion;

/// kiosk-call. Loop thread only.
class CallSeat {
 public:
  using Listener = std::function<void(const CallToKiosk&)>;

  virtual ~CallSeat() = default;
  /// Dropped while the process is gone.
  virtual void say(const KioskToCall& message) = 0;
  /// Who hears what it says, at once and in order; empty: nobody.
  virtual void listen_with(Listener listener) = 0;
  /// What it has said of itself last; nothing: it is not there.
  [[nodiscard]] virtual const std::optional<CallReady>& ready() const = 0;
};

struct ConsultRoom {
  CallSeat& call;
  Companion& live;               ///< hears the gateway; has to run
  BoothSwitch* booth = nullptr;  ///< nullptr: private topics are not offered
};

}  // namespace madoguchi::visit
