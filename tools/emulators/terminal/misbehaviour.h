#pragma once
// What can be wrong with the reply to a payment, by the name of the `mode` command. The money and
// the ledger are never wrong: they are what the kiosk has to find out.

#include <cstdint>
#include <string>

#include "tools/emulators/terminal/ledger.h"
#include "tools/emulators/terminal/security.h"

namespace madoguchi::emulator {

struct Mode {
  std::string name = "approve";
  std::int64_t number = 0;
  bool always = false;
};

/// What goes back on the wire.
struct Answer {
  enum class Fate { send, send_twice, close, stall };
  Fate fate = Fate::send;
  std::string body;
  Spoil spoil = Spoil::none;
  bool half = false;  ///< only the first half of what would have been sent
};

/// Whether there is such a mode; those that spoil a protected message need one.
bool is_mode(const std::string& name, bool with_security);

/// The reply as this mode sends it; `before` is the reply to the payment before, for "replay".
Answer misbehave(const Mode& mode, Json reply, const std::string& before);

}  // namespace madoguchi::emulator
