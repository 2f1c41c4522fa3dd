#pragma once
// kioskd of a kiosk that is nobody yet: the visit that sets it up, without devices or journal.

#include <string>
#include <vector>

#include "firmware/apps/kioskd/configuration.h"

namespace madoguchi {

struct SetupOptions {
  std::string config;                       ///< kiosk.toml, to be completed
  std::vector<std::string> provision_dirs;  ///< where a provision.toml may lie
  int ui_fd = -1;                           ///< this process's own end
  int link_fd = -1;
  int control_fd = -1;  ///< none: see [kiosk] control_socket
};

/// Until the kiosk is somebody (0: start kioskd again), a neighbour is gone (3), or a signal (0).
int run_setup(const SetupOptions& options, const KioskConfiguration& configuration);

}  // namespace madoguchi
