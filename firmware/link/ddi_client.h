#pragma once
// The kiosk's side of an update server: hawkBit's DDI, or the gateway's small part of it. Polls,
// tells kioskd's agent what is offered or taken back, and carries to the server what the agent
// says. It decides nothing.
//
// What the agent says of an action that has ended is sent until the server has it. Loop thread
// only.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/wakeup.h"
#include "firmware/link/back_off.h"
#include "firmware/link/bundle_source.h"
#include "firmware/link/ddi_messages.h"
#include "firmware/link/http_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

struct DdiSettings {
  ServerUrl server;
  std::string base;           ///< "/default/controller/v1/kiosk-001", behind the server's path
  std::string authorization;  ///< "TargetToken ..." or "GatewayToken ..."; empty: the certificate
  std::map<std::string, std::string> attributes;  ///< for configData
  std::string stream;                    ///< the URL on loopback; empty: bundles are fetched whole
  std::string download_dir;              ///< for those
  Timers::Duration sleep{300'000};       ///< where the server says nothing
  Timers::Duration least_sleep{10'000};  ///< a server that wants to hear more often does not
  Timers::Duration patience{30'000};
  BackOff back_off{Timers::Duration(5'000), Timers::Duration(600'000)};
};

class DdiClient {
 public:
  using Sink = std::function<void(const LinkToKiosk&)>;
  using Random = std::function<double()>;

  /// `api` has the server's URL without a path; all are borrowed.
  DdiClient(Timers& timers, HttpClient& api, BundleSource& source, Sink to_kiosk, Random random,
            DdiSettings settings);
  ~DdiClient();

  /// Serves until it is cancelled.
  Task<void> run();
  void handle(const UpdateFetch& fetch);
  void handle(UpdateSay say);
  void handle(const UpdateStopAnswer& answer);

  /// How long the server wants it to sleep now.
  [[nodiscard]] Timers::Duration sleep() const { return sleep_; }

 private:
  Task<void> talk();
  Task<void> download();
  Task<Status> round();
  Task<Status> send_queue();
  Task<Status> send_answers();
  Task<Status> look_at_cancel(const std::string& target);
  Task<Status> look_at_deployment(const std::string& target);
  Task<Status> send_attributes(const std::string& target);
  Task<Result<HttpResponse>> ask(HttpRequest request);
  [[nodiscard]] HttpRequest request(std::string method, std::string target, Bytes body = {}) const;
  void ended(const std::string& action);
  void withdraw();
  void queue(UpdateSay say);

  Timers& timers_;
  HttpClient& api_;
  BundleSource& source_;
  Sink to_kiosk_;
  Random random_;
  DdiSettings settings_;
  Timers::Duration sleep_;
  std::optional<ddi::Deployment> offered_;
  std::string stop_asked_;  ///< cancel action that kioskd was asked about in this round
  std::deque<UpdateSay> says_;
  std::deque<UpdateStopAnswer> answers_;
  std::optional<std::string> fetch_;  ///< action whose bundle kioskd wants whole
  std::string trouble_;               ///< as it was logged last
  Wakeup said_;
  Wakeup wants_bundle_;
};

}  // namespace madoguchi
