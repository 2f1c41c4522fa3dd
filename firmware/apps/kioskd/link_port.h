#pragma once
// visit::Link and visit::IdentityDesk over the socket pair to kiosk-link.

#include <functional>
#include <memory>

#include "firmware/message/channel.h"
#include "firmware/message/link_protocol.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/identity_desk.h"

namespace madoguchi {

class LinkPort final : public visit::Link, public visit::IdentityDesk {
 public:
  LinkPort(const boost::asio::any_io_executor& loop, Timers& timers, FaultBoard& faults, int fd);
  ~LinkPort() override;

  [[nodiscard]] bool up() const override;
  Task<HttpAnswer> call(HttpCall call) override;
  [[nodiscard]] bool live() const override;
  Task<void> live_changed() override;
  void say(const desk::LiveFromKiosk& message) override;
  Task<desk::LiveToKiosk> heard() override;

  /// How far the way to the gateway goes, as kiosk-link finds it now. Errors: busy, timeout.
  Task<Result<ConnectionTested>> test_connection();

  /// What kiosk-link says about updates; replaces the listener before.
  void on_update(std::function<void(const LinkToKiosk&)> listener);
  /// Says something about an update. Dropped when kiosk-link is gone.
  void send(const KioskToLink& message);

  [[nodiscard]] std::optional<IdentityState> identity() const override;
  Task<void> identity_changed() override;
  Task<EnrolOutcome> enrol(EnrolRequest request) override;
  Task<EnrolOutcome> renew() override;
  Task<EnrolOutcome> forget() override;

  /// Receives until kiosk-link is gone; then returns.
  Task<void> listen();

 private:
  Task<EnrolOutcome> outcome_of(KioskToLink request, std::string id);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
