#pragma once
// visit::Front, visit::SlipTypesetter and visit::SheetTypesetter over the socket pair to kiosk-ui.

#include <memory>
#include <string>

#include "firmware/message/channel.h"
#include "firmware/message/ui_protocol.h"
#include "firmware/visit/desk.h"

namespace madoguchi {

class UiFront final : public visit::Front,
                      public visit::SlipTypesetter,
                      public visit::SheetTypesetter {
 public:
  UiFront(const boost::asio::any_io_executor& loop, int fd);
  ~UiFront() override;

  void show(const Screen& screen) override;
  Task<std::string> pressed() override;
  Task<Result<Raster>> set(Slip slip) override;
  Task<Result<Bytes>> set(Sheet sheet) override;

  /// Receives until kiosk-ui is gone; then returns.
  Task<void> listen();

 private:
  void take(const Intent& intent);
  void take(SlipDrawn drawn);
  void take(SheetDrawn drawn);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi
