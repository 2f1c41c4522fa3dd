#pragma once
// The worker of kiosk-call: serves one call over as many connections as it takes, and ends. It is
// warm before it is needed: plugins loaded, elements made, certificate made. Whatever comes from
// GStreamer comes to the loop first.

#include <cstdint>
#include <string>

#include "firmware/call/device.h"

namespace madoguchi::call {

struct CallSettings {
  Device camera;
  Device microphone;
  Device speaker;
  Cleaning cleaning;
  int relay_port = 0;  ///< of the pump, on 127.0.0.1
};

/// The process's whole work: `channel` is the keeper's, `boards` the file of picture_board.h.
/// Returns its exit code.
int run_worker(const CallSettings& settings, std::int64_t number, int channel, int boards);

}  // namespace madoguchi::call
