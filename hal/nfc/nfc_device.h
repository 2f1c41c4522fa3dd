#pragma once
// One NFC reader through libnfc. Blocking; for kiosk-nfc only, since libnfc ends its process when a
// reader sends a status byte that it does not like.

#include <memory>
#include <optional>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "hal/api/card_reader.h"

struct nfc_context;
struct nfc_device;

namespace madoguchi::nfc {

/// A card that was selected.
struct SelectedCard {
  std::string answer_hex;  ///< what it answered to the poll, without serial numbers
  std::optional<BadgeNumber> badge;
};

class NfcDevice {
 public:
  /// "pn532_uart:/dev/ttyUSB0:115200" and the like. A serial port is locked against other kiosk-nfc
  /// processes. Errors: gone (no such reader, or no answer from it), busy (locked).
  static Result<std::unique_ptr<NfcDevice>> open(const std::string& connstring);
  ~NfcDevice();
  NfcDevice(const NfcDevice&) = delete;
  NfcDevice& operator=(const NfcDevice&) = delete;

  /// Looks once for a card of ISO 14443 type B or A or a FeliCa card and selects it. Takes some ten
  /// milliseconds. Errors: gone (the reader).
  Result<std::optional<SelectedCard>> select();
  /// Whether the selected card still answers, which disturbs nothing that goes on in it. When none
  /// is selected, as after field_off: whether one lies there; it is selected then. Errors: gone
  /// (the reader).
  Result<bool> card_is_there();
  /// One APDU, three seconds. A card that knows no APDUs answers 6D00, as readers behind PC/SC say
  /// for it. Errors: gone (card or reader), timeout, io, protocol (longer than libnfc can carry).
  Result<Bytes> transceive(ByteView command);
  void field_off();
  /// False after the reader was lost: open another NfcDevice.
  [[nodiscard]] bool works() const { return works_; }

 private:
  NfcDevice(int lock, nfc_context* context, nfc_device* device);
  Error lost(const char* where);
  [[nodiscard]] Result<std::optional<SelectedCard>> select_one(int modulation);

  int lock_;  // of the serial port; -1 for other readers
  nfc_context* context_;
  nfc_device* device_;
  bool speaks_apdus_ = false;
  int modulation_ = -1;  // of the selected card
  bool works_ = true;
};

}  // namespace madoguchi::nfc
