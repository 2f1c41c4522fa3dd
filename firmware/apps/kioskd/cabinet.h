#pragma once
// What a kiosk has in its cabinet, as kiosk.toml says: devices, keys, the journal's file. Wiring.

#include <memory>

#include "firmware/apps/kioskd/configuration.h"
#include "firmware/crypto/signature.h"
#include "firmware/journal/journal.h"
#include "hal/api/card_reader.h"
#include "hal/api/payment_terminal.h"
#include "hal/api/printer.h"
#include "hal/api/receipt_printer.h"

namespace madoguchi {

/// The devices and papers of one kiosk.
struct Cabinet {
  std::unique_ptr<CardReader> reader;
  std::unique_ptr<PaymentTerminal> terminal;
  std::unique_ptr<Printer> printer;
  std::unique_ptr<ReceiptPrinter> receipt_printer;  ///< nullptr: none
  P256PublicKey seal_key;
};

/// Nothing is asked of the devices yet. Errors name the key of kiosk.toml, or its file.
Result<Cabinet> open_cabinet(const KioskConfiguration& configuration, Timers& timers);

/// Makes the folder if it is missing. Errors: io, full, integrity.
Result<std::unique_ptr<Journal>> open_journal(const KioskConfiguration& configuration,
                                              Timers& timers);

}  // namespace madoguchi
