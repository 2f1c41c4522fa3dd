#pragma once
// NFC readers without pcscd, through libnfc in the process kiosk-nfc.

#include <memory>
#include <string>

#include "hal/api/card_reader.h"

namespace madoguchi {

/// The reader that libnfc calls `connstring`, such as "pn532_uart:/dev/ttyUSB0:115200". `program`
/// is kiosk-nfc; empty: the one beside this process's own executable.
///
/// As long as reader or process is away, wait_for_card says Errc::gone, at once the first time and
/// then every two seconds, and starts the process again; a call that pends longer means that the
/// reader is back.
///
/// CardInField::extended_apdus is false: libnfc 1.8 carries answers of 263 bytes at most.
std::unique_ptr<CardReader> make_nfc_reader(std::string connstring, std::string program = "");

}  // namespace madoguchi
