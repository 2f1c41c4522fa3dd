#pragma once
// The driver of an ESC/POS printer on USB: hal/api/receipt_printer.h over usb_printer.h and
// escpos.h.

#include <memory>
#include <optional>

#include "hal/api/receipt_printer.h"
#include "hal/escpos/usb_printer.h"

namespace madoguchi {

/// The printer with these ids; without, the first device of the USB printer class. It need not be
/// there: state() says so later.
std::unique_ptr<ReceiptPrinter> make_escpos_printer(std::optional<escpos::UsbIds> wanted);

}  // namespace madoguchi
