#pragma once
// The printer for slips: a roll of thermal paper with a cutter. Implemented by hal/escpos.
//
// Thread: every function is called and resumes on the loop thread; one call at a time. A call that
// is cancelled still ends by itself: a slip that was begun is not stopped half-way.

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/raster.h"
#include "firmware/base/task.h"

namespace madoguchi {

enum class ReceiptPrinterState {
  ready,
  paper_near_end,  ///< prints, but staff should bring a roll
  paper_end,
  cover_open,
  cutter_error,
  failed,  ///< any other error of the printer's own, or it does not answer
  gone,    ///< off, not plugged in, or not allowed to be opened
};
/// The stable word for logs and faults: "paper_end".
std::string_view name_of(ReceiptPrinterState state);
/// Whether it would print now.
inline bool prints(ReceiptPrinterState state) {
  return state == ReceiptPrinterState::ready || state == ReceiptPrinterState::paper_near_end;
}

struct ReceiptPrinterStatus {
  ReceiptPrinterState state = ReceiptPrinterState::gone;
  std::string model;   ///< as the device says; empty when unknown
  std::string detail;  ///< for maintainers
};

/// What became of a slip.
struct SlipOutcome {
  enum class What {
    printed,      ///< the printer says that everything was printed and cut
    refused,      ///< nothing was sent: see `now`
    interrupted,  ///< part of it may be on paper; what the printer still held was thrown away
  };
  What what = What::refused;
  std::int32_t rows_taken =
      0;                     ///< rows that the printer took over; not proof that they are printed
  ReceiptPrinterStatus now;  ///< the printer afterwards
};

class ReceiptPrinter {
 public:
  virtual ~ReceiptPrinter() = default;

  /// How the printer is: in two seconds, or in four that its driver hangs, which is `failed`. Finds
  /// a printer that was plugged in again.
  virtual Task<ReceiptPrinterStatus> state() = 0;
  /// Prints the picture and cuts the paper. `printed` only on the printer's own word. Ends after
  /// 20 s at the latest. A raster that is not well formed or too wide is refused.
  virtual Task<SlipOutcome> print(Raster slip) = 0;
};

}  // namespace madoguchi
