#pragma once
// The driver of update bundles: hal/api/bundle_installer.h over RAUC's D-Bus service.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/base/timers.h"
#include "hal/api/bundle_installer.h"

namespace madoguchi {

struct RaucSettings {
  std::string address;  ///< of the bus; empty: the system's
  /// For one answer. A bundle on a stick is read once for its signature.
  std::chrono::milliseconds patience{60'000};
  /// An installation that says nothing for so long, while RAUC claims to install, is given up.
  std::chrono::milliseconds silence{600'000};
  /// After so long without a word RAUC is asked whether it still installs.
  std::chrono::milliseconds ask_after{5'000};
};

/// The bus need not be there yet. Timers outlive the installer.
std::unique_ptr<BundleInstaller> make_rauc_installer(Timers& timers, RaucSettings settings = {});

}  // namespace madoguchi
