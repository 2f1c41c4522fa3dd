#pragma once
// Updates for a single building: the part of hawkBit's DDI v1 that its kiosks need, so that no
// other server has to run. One bundle for each kiosk, by a file (update_plan.h); no rollouts: a
// fleet wants hawkBit. Who a kiosk is, its client certificate says.
//
//   GET  /default/controller/v1/KIOSK
//   PUT  /default/controller/v1/KIOSK/configData
//   GET  /default/controller/v1/KIOSK/deploymentBase/ACTION
//   POST /default/controller/v1/KIOSK/deploymentBase/ACTION/feedback
//   GET  /default/controller/v1/KIOSK/bundles/ACTION          with Range
//
// A bundle whose end a kiosk has told is not offered to it again. Loop thread only.

#include <string>
#include <string_view>

#include "firmware/base/timers.h"
#include "tools/gateway/database/database.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/updates/update_plan.h"

namespace madoguchi::gateway {

class UpdateDesk {
 public:
  /// Makes its table. Errors: the database's.
  static Result<UpdateDesk> open(Database& database, Timers& timers, UpdatePlan plan);

  static bool is_path(std::string_view path);
  Answer handle(const Request& request);

 private:
  UpdateDesk(Database& database, Timers& timers, UpdatePlan plan)
      : database_(&database), timers_(&timers), plan_(std::move(plan)) {}
  Answer base(const Request& request);
  Answer deployment(const Request& request, const PlannedUpdate& update) const;
  Answer feedback(const Request& request, const PlannedUpdate& update);
  static Answer part(const Request& request, const PlannedUpdate& update);
  Result<bool> has_ended(const std::string& kiosk, const std::string& action);

  Database* database_;
  Timers* timers_;
  UpdatePlan plan_;
};

}  // namespace madoguchi::gateway
