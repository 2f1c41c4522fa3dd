#pragma once
// A kiosk's live connection at the gateway: texts in and out, the hub behind them.

#include <string>

#include "tools/gateway/http_message.h"
#include "tools/gateway/live_hub.h"

namespace madoguchi::gateway {

/// GET /v1/live of the kiosk `request.peer`: the upgrade, or why not. The hub outlives the server.
Answer accept_live_kiosk(LiveHub& hub, const Request& request);

}  // namespace madoguchi::gateway
