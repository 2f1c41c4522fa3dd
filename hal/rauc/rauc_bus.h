#pragma once
// The wire to RAUC: its D-Bus interface de.pengutronix.rauc.Installer (RAUC's reference, "D-Bus
// API") over sd-bus. Every call blocks, at most for its patience.
//
// Thread: one at a time, never the loop's.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "hal/api/bundle_installer.h"

namespace madoguchi::rauc {

/// What RAUC said since the last look.
struct Heard {
  std::optional<InstallProgress> progress;  ///< the last one
  std::optional<int> completed;             ///< 0: installed
  bool owner_gone = false;                  ///< it died, or was ended
};

class RaucBus {
 public:
  /// `address`: empty for the system's bus.
  RaucBus(std::string address, std::chrono::milliseconds patience);
  ~RaucBus();
  RaucBus(const RaucBus&) = delete;
  RaucBus& operator=(const RaucBus&) = delete;

  Result<InstallerState> system();
  Result<std::string> last_error();
  Result<BundleInfo> inspect(const std::string& bundle);
  Result<std::vector<BundleSlot>> slots();
  Status mark(const std::string& state);
  /// Begins to listen and to install. What comes of it is heard.
  Status begin_install(const std::string& bundle);
  /// Begins to listen only.
  Status listen();
  /// Waits at most that long for something to hear. Errors: gone, when the bus itself went away.
  Result<Heard> hear(std::chrono::milliseconds at_most);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::rauc
