#pragma once
// visit::Link over the socket pair to kiosk-link.

#include <functional>
#include <memory>

#include "firmware/message/channel.h"
#include "firmware/message/link_protocol.h"
#include "firmware/visit/desk.h"

namespace madoguchi {

class LinkPort final : public visit::Link {
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

  /// Receives until kiosk-link is gone; then returns.
  Task<void> listen();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
