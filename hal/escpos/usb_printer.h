#pragma once
// A printer on USB: finds the interface of the printer class (USB Device Class Definition for
// Printing Devices 1.1), moves bytes with deadlines. Knows no printer's language.
//
// Thread: one, the worker's. Calls block, at most for the time they are given.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::escpos {

struct UsbIds {
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
};

class UsbPrinter {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// Nothing wanted: the first device with a printer interface that has a pipe in each direction.
  explicit UsbPrinter(std::optional<UsbIds> wanted);
  ~UsbPrinter();
  UsbPrinter(const UsbPrinter&) = delete;
  UsbPrinter& operator=(const UsbPrinter&) = delete;

  /// Looks for the printer and takes it; at once when it is open. Errors: gone (none there),
  /// refused (no permission, or another program has it).
  Status open();

  struct Sent {
    std::size_t bytes = 0;       ///< that the printer took, also when an error ended it
    std::optional<Error> error;  ///< timeout (nothing taken for `patience`), gone, io
  };
  /// Sends all; a stalled pipe is cleared and used again once. `patience` is for each step forward.
  Sent send(ByteView bytes, Milliseconds patience);
  /// What the printer has to say now; empty when it says nothing for so long. Errors: gone, io.
  Result<Bytes> receive(Milliseconds patience);
  /// GET_PORT_STATUS: answered even by a printer that takes no data. True when paper is out.
  Result<bool> paper_is_out();
  /// SOFT_RESET: the printer forgets what it has not printed.
  Status soft_reset();

  /// "Maker Model" as the device says; empty before open().
  [[nodiscard]] const std::string& model() const { return model_; }

 private:
  struct Usb;
  Status take_candidate();
  Error failed(int code, const char* what);
  Result<int> control(std::uint8_t direction, std::uint8_t request, std::uint8_t* data,
                      std::uint16_t size);

  std::optional<UsbIds> wanted_;
  std::unique_ptr<Usb> usb_;
  std::string model_;
};

}  // namespace madoguchi::escpos
