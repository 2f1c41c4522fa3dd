#pragma once
// The update agent's commands on the control channel.

#include <memory>
#include <string>
#include <vector>

#include "firmware/apps/kioskd/control_desk.h"
#include "firmware/base/wakeup.h"
#include "firmware/update/agent.h"

namespace madoguchi {

class UpdateControl {
 public:
  /// Both outlive it; it outlives the port's sessions. A desk without a port is told of nothing.
  UpdateControl(ControlDesk& desk, update::Agent& agent);
  ~UpdateControl();

 private:
  Task<control::Answer> watch(bool on, ControlTell tell);

  update::Agent& agent_;
  const std::string slot_;
  std::vector<std::weak_ptr<Wakeup>> watchers_;  // each lives in its watch()'s frame
};

}  // namespace madoguchi
