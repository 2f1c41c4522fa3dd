#pragma once
// Maintainers and the update agent: commands and answers of control_protocol.h.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::control {

/// A bundle that lies on the kiosk, or on a stick in it. Answered by Done: the agent has it, what
/// becomes of it is on UpdateAsk. busy while another one is being written or tried.
struct UpdateInstallAsk {
  static constexpr std::string_view tag = "update_install";
  std::string path;  ///< absolute
};
MADOGUCHI_DESCRIBE(UpdateInstallAsk, path)

/// Answered by UpdateStanding; with `watch` at once, at every change, and never with last = true.
struct UpdateAsk {
  static constexpr std::string_view tag = "update";
  bool watch = false;
};
MADOGUCHI_DESCRIBE(UpdateAsk, watch)

/// Answered by Done; failed when there is none, or when it is too late.
struct UpdateCancelAsk {
  static constexpr std::string_view tag = "update_cancel";
};
MADOGUCHI_DESCRIBE(UpdateCancelAsk)

/// How the last one ended.
struct UpdateOutcome {
  std::string version;
  std::string how;         ///< "good", "returned", "failed", "refused"
  std::string why;         ///< a word of docs/update.md; empty for good
  std::string detail;      ///< one English line
  std::int64_t at_ms = 0;  ///< since 1970

  bool operator==(const UpdateOutcome&) const = default;
};
MADOGUCHI_DESCRIBE(UpdateOutcome, version, how, why, detail, at_ms)

struct UpdateStanding {
  static constexpr std::string_view tag = "update_standing";
  std::string state;    ///< a name of firmware/update's State
  std::string waiting;  ///< what it waits for: "nothing", "window", "visit", "devices", ...
  std::string source;   ///< "server", "stick", "maintainer"
  std::string version;  ///< of the bundle; empty: not known
  std::string running;  ///< version
  std::int32_t percent = 0;
  std::string step;
  std::vector<std::string> trouble;  ///< what the wait is about
  std::optional<UpdateOutcome> last;
};
MADOGUCHI_DESCRIBE(UpdateStanding, state, waiting, source, version, running, percent, step, trouble,
                   last)

}  // namespace madoguchi::control
