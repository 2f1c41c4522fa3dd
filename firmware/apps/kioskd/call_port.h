#pragma once
// visit::CallSeat over the socket pair to kiosk-call.

#include <memory>

#include "firmware/message/channel.h"
#include "firmware/visit/call_seat.h"

namespace madoguchi {

class CallPort final : public visit::CallSeat {
 public:
  /// Takes the descriptor over.
  CallPort(const boost::asio::any_io_executor& loop, int fd);
  ~CallPort() override;

  void say(const KioskToCall& message) override;
  void listen_with(Listener listener) override;
  [[nodiscard]] const std::optional<CallReady>& ready() const override;

  /// Receives until kiosk-call is gone; then ready() is nothing, and a call that stood has failed.
  Task<void> listen();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
