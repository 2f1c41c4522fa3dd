#include "hal/api/receipt_printer.h"

namespace madoguchi {

std::string_view name_of(ReceiptPrinterState state) {
  switch (state) {
    case ReceiptPrinterState::ready:
      return "ready";
    case ReceiptPrinterState::paper_near_end:
      return "paper_near_end";
    case ReceiptPrinterState::paper_end:
      return "paper_end";
    case ReceiptPrinterState::cover_open:
      return "cover_open";
    case ReceiptPrinterState::cutter_error:
      return "cutter_error";
    case ReceiptPrinterState::failed:
      return "failed";
    case ReceiptPrinterState::gone:
      return "gone";
  }
  return "failed";
}

}  // namespace madoguchi
