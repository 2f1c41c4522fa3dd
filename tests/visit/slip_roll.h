#pragma once
// A receipt printer, and the window that draws for it, that remember what came out.

#include <vector>

#include "firmware/visit/desk.h"

namespace madoguchi::test {

/// Keeps what was asked for; the picture of a slip is its place in the list.
class SlipRoll final : public ReceiptPrinter, public visit::SlipTypesetter {
 public:
  explicit SlipRoll(Timers& timers) : timers_(timers) {}

  Task<Result<Raster>> set(Slip slip) override {
    if (typesetter_hangs) co_await timers_.sleep(std::chrono::hours(10));
    if (!can_draw) co_return Error{Errc::invalid, "slip", "cannot be drawn"};
    drawn.push_back(std::move(slip));
    co_return Raster{8, 1, {static_cast<std::uint8_t>(drawn.size())}};
  }
  Task<ReceiptPrinterStatus> state() override { co_return ReceiptPrinterStatus{now, "roll", ""}; }
  Task<SlipOutcome> print(Raster slip) override {
    co_await timers_.sleep(std::chrono::seconds(1));
    const ReceiptPrinterStatus status{now, "roll", ""};
    if (interrupts) co_return SlipOutcome{SlipOutcome::What::interrupted, 1, status};
    if (!prints(now)) co_return SlipOutcome{SlipOutcome::What::refused, 0, status};
    printed.push_back(drawn.at(slip.bits.at(0) - 1u));
    co_await timers_.sleep(std::chrono::milliseconds(100));  // it is cut; then the printer says so
    co_return SlipOutcome{SlipOutcome::What::printed, slip.rows, status};
  }

  ReceiptPrinterState now = ReceiptPrinterState::ready;
  bool interrupts = false;
  bool can_draw = true;
  bool typesetter_hangs = false;
  std::vector<Slip> drawn;
  std::vector<Slip> printed;

 private:
  Timers& timers_;
};

}  // namespace madoguchi::test
