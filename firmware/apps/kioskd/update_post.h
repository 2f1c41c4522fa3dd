#pragma once
// The update agent with what it needs of kioskd: RAUC, the counter, the link, the self-test.

#include <memory>

#include "firmware/apps/kioskd/configuration.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/update/agent.h"

namespace madoguchi {

/// A verdict by the fault board, after the reception has had time to ask every device once more.
Task<update::SelfTestVerdict> test_by_faults(Timers& timers, const FaultBoard& faults);

class UpdatePost {
 public:
  using SelfTest = std::function<Task<update::SelfTestVerdict>()>;

  /// What it borrows outlives it. `counter`: nullptr for the file that a board without a TPM has.
  UpdatePost(Timers& timers, LinkPort& link, const KioskConfiguration& configuration,
             std::unique_ptr<update::RollbackCounter> counter, SelfTest self_test);
  ~UpdatePost();

  [[nodiscard]] update::Agent& agent() { return agent_; }

 private:
  static update::Settings settings(const KioskConfiguration& configuration);
  update::Surroundings surroundings(SelfTest self_test);

  LinkPort& link_;
  UpdateConfiguration configuration_;
  std::unique_ptr<BundleInstaller> rauc_;
  std::unique_ptr<update::RollbackCounter> counter_;
  update::Agent agent_;
};

}  // namespace madoguchi
