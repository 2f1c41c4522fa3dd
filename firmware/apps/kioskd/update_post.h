#pragma once
// The update agent with what it needs of kioskd: RAUC, the counter, the link, the self-test.

#include <memory>

#include "firmware/apps/kioskd/configuration.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/update/agent.h"
#include "firmware/visit/self_test.h"
#include "firmware/visit/upkeep.h"

namespace madoguchi {

/// The self-test as a chore between visits; what a new slot must pass is screen, reader, printer
/// and terminal, all fitted and none failed. What is borrowed outlives it.
Task<update::SelfTestVerdict> test_for_update(visit::Upkeep& upkeep,
                                              std::function<visit::SelfTestBench()> bench);

class UpdatePost {
 public:
  using SelfTest = std::function<Task<update::SelfTestVerdict>()>;

  /// What it borrows outlives it. The counter is kiosk-keys', or a file where none is configured.
  UpdatePost(Timers& timers, LinkPort& link, const KioskConfiguration& configuration,
             SelfTest self_test);
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
