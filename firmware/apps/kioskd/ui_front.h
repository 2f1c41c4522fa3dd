#pragma once
// visit::Front, visit::SlipTypesetter, visit::SheetTypesetter and visit::ScreenProbe over the
// socket pair to kiosk-ui.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/message/channel.h"
#include "firmware/message/ui_protocol.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/self_test.h"

namespace madoguchi {

class UiFront final : public visit::Front,
                      public visit::SlipTypesetter,
                      public visit::SheetTypesetter,
                      public visit::ScreenProbe {
 public:
  /// For a last screen to be sent before the process ends.
  static constexpr std::chrono::milliseconds until_sent{50};

  UiFront(const boost::asio::any_io_executor& loop, int fd);
  ~UiFront() override;

  void show(const Screen& screen) override;
  Task<std::string> pressed() override;
  Task<Result<Raster>> set(Slip slip) override;
  Task<Result<Bytes>> set(Sheet sheet) override;
  Task<Status> frame() override;
  void watch_touch(std::int32_t columns, std::int32_t rows) override;
  Task<std::int32_t> touched() override;

  /// Receives until kiosk-ui is gone; then returns.
  Task<void> listen();

 private:
  void take(const Intent& intent);
  void take(SlipDrawn drawn);
  void take(SheetDrawn drawn);
  void take(const FrameDrawn& drawn);
  void take(const TouchSeen& seen);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
