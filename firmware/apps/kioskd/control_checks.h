#pragma once
// The commands that try something with the devices and the screen: self-test, test print, touch
// grid. Each is a chore between visits; refused as busy while somebody uses the kiosk.

#include "firmware/apps/kioskd/control_desk.h"

namespace madoguchi {

/// The parts outlive the port.
void serve_checks(ControlPort& port, const ControlParts& parts);

}  // namespace madoguchi
