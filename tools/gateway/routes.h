#pragma once
// The kiosks' API as gateway_api.h says it: paths and methods, JSON in and out, Idempotency-Key.
// What the operations do is in visits.h, checkpoints.h and help_desk.h. GET /v1/live becomes a
// WebSocket (live_kiosk.h).
//
// Loop thread only.

#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/task.h"
#include "tools/gateway/checkpoints.h"
#include "tools/gateway/consult/consultations.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/kiosk_turns.h"
#include "tools/gateway/kiosks/kiosk_identities.h"
#include "tools/gateway/live_hub.h"
#include "tools/gateway/numbers/numbers.h"
#include "tools/gateway/queue/bookings.h"
#include "tools/gateway/trust_answers.h"
#include "tools/gateway/updates/update_desk.h"
#include "tools/gateway/visits.h"

namespace madoguchi::gateway {

class Routes {
 public:
  /// All of it outlives the Routes.
  struct Parts {
    Visits& visits;
    Store& store;
    KioskTurns& turns;
    Checkpoints& checkpoints;
    HelpDesk& help_desk;
    Numbers& numbers;
    LiveHub& live_hub;
    Timers& timers;
    std::string city;  ///< for health
    // Both or neither: without a queue.toml there are no tickets here.
    WaitingRoom* waiting_room = nullptr;
    Bookings* bookings = nullptr;
    Consultations* consultations = nullptr;  ///< null: there are none here
    TrustAnswers trust{};
    UpdateDesk* updates = nullptr;          ///< null: updates come from elsewhere
    KioskIdentities* identities = nullptr;  ///< null: every kiosk of the CA is let in
  };
  explicit Routes(Parts parts) : parts_(std::move(parts)) {}

  /// One request of a kiosk, whose id is `request.peer`.
  Task<Answer> handle(Request request);

 private:
  struct Route;
  /// What the path leads to, and the visit or help session that it names.
  struct Match {
    const Route* route = nullptr;
    std::string visit;
  };
  static const std::vector<Route>& table();
  static Match find(std::string_view path);

  Task<Answer> answer(const Match& match, std::string_view path, Request request);
  Task<Answer> badges(Request request);
  Task<Answer> queue(Request request);
  Task<Answer> consultations(Request request);
  Task<Answer> checkpoints(Request request);
  Task<Answer> identity(Request request);
  Task<Answer> post(const Route& route, std::string visit, Request request);
  std::optional<Answer> answered_before(const StoredAnswer& asked);
  Status commit(const Decision& decision, StoredAnswer stored);
  Task<Answer> settlements(Request request);
  [[nodiscard]] Answer health() const;

  Parts parts_;
};

}  // namespace madoguchi::gateway
