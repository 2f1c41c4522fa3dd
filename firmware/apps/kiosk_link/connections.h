#pragma once
// Everything that speaks to one gateway as one kiosk: made anew when the kiosk becomes somebody
// else. Loop thread only.

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "firmware/apps/kiosk_link/update_line.h"
#include "firmware/link/connection_test.h"
#include "firmware/link/http_client.h"
#include "firmware/link/live_link.h"
#include "firmware/link/relay.h"
#include "firmware/link/relay_pump.h"
#include "firmware/link/server_trust.h"
#include "firmware/link/trust_refresh.h"
#include "firmware/link/web_socket_client.h"

namespace madoguchi {

struct ConnectionSettings {
  HttpServer server;
  ServerTrustSettings trust;
  std::optional<RelayFront> relay;
  std::optional<DdiConfiguration> ddi;  ///< nothing: updates come from elsewhere
};

class Connections {
 public:
  using Random = std::function<double()>;

  /// Errc::invalid, and the files' errors.
  static Result<std::unique_ptr<Connections>> open(const boost::asio::any_io_executor& loop,
                                                   Timers& timers, ConnectionSettings settings,
                                                   const Relay::Sink& to_kiosk,
                                                   const Random& random);

  /// Until it is cancelled. `call_fd`: this end of the pair with kiosk-call; -1: there is none.
  Task<void> run(int call_fd);
  /// What kioskd says to the gateway.
  void handle(KioskToLink message);
  [[nodiscard]] ServerTrust& trust() { return *trust_; }

 private:
  explicit Connections(Timers& timers) : timers_(timers) {}
  Status open_updates(const boost::asio::any_io_executor& loop, const DdiConfiguration& ddi,
                      const HttpServer& gateway, const Relay::Sink& to_kiosk, const Random& random);
  Task<void> carry_calls(int call_fd);
  Task<void> look_for_updates();

  Timers& timers_;
  std::unique_ptr<ServerTrust> trust_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<WebSocketClient> live_client_;
  std::unique_ptr<HttpClient> trust_client_;
  std::optional<Relay> relay_;
  std::optional<LiveLink> live_;
  std::optional<TrustRefresh> refresh_;
  std::optional<ConnectionTester> tester_;
  std::unique_ptr<RelayPump> pump_;
  std::unique_ptr<UpdateLine> updates_;
};

}  // namespace madoguchi
