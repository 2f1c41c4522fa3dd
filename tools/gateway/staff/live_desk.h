#pragma once
// A console's live connection at the gateway (console_live.h): one browser, the hub behind it.
//
// Loop thread only.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tools/gateway/consult/consultations.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/live_hub.h"
#include "tools/gateway/staff/console_live.h"
#include "tools/gateway/staff/staff_sessions.h"

namespace madoguchi::gateway {

/// What one console sees and does, without its socket.
class LiveDesk {
 public:
  /// `say` is called at once with the whole state, then with whatever changes. The hub outlives the
  /// LiveDesk.
  LiveDesk(LiveHub& hub, Timers& timers, std::function<void(const LiveToConsole&)> say);
  LiveDesk(const LiveDesk&) = delete;
  LiveDesk& operator=(const LiveDesk&) = delete;

  /// Whoever is at this console may serve calls, too. The consultations outlive the LiveDesk.
  void serve_calls(Consultations& consultations, Consultations::Who who);

  void heard(const LiveFromConsole& message);

 private:
  void tell_news();
  void tell_kiosks();
  void tell_sessions();

  void take(const WatchSession& order);
  void take(const Point& order);
  void take(const PointNowhere& order);
  void take(const EndHelp& order);
  template <class Order>
  void take(const Order& order) {
    if (seat_) seat_->heard(order);
  }

  LiveHub& hub_;
  Timers& timers_;
  std::function<void(const LiveToConsole&)> say_;
  std::map<std::string, KioskNews> kiosks_;      ///< as they were told
  std::map<std::string, LiveSession> sessions_;  ///< as they were told
  LiveHub::Watch overview_;
  std::optional<LiveHub::Watch> watched_;
  std::optional<Consultations::Seat> seat_;
};

struct LiveDeskParts {
  LiveHub& hub;
  StaffSessions& sessions;
  Timers& timers;
  Consultations* consultations = nullptr;  ///< null: there are none
};

/// GET /console/api/live of somebody who may: the upgrade, or why not. The connection ends with
/// CloseCode::refused at most half a minute after the session `who`. All parts outlive the server.
Answer accept_live_desk(LiveDeskParts parts, const Request& request, const StaffSession& who);

}  // namespace madoguchi::gateway
