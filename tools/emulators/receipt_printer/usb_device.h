#pragma once
// The printer's USB side: a device of umockdev's test bed whose usbfs requests are answered here.
// A program that runs with LD_PRELOAD=libumockdev-preload.so.0 and UMOCKDEV_DIR=directory() sees it
// through the real libusb and libudev.

#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>

#include "firmware/base/result.h"
#include "tools/emulators/receipt_printer/interpreter.h"

namespace madoguchi::emulator {

/// Starts this program anew with umockdev's preload, if it runs without: its uevents are made by
/// libudev, which must look into the test bed here, too. Returns only when there is nothing to do.
void run_in_test_bed(char** argv);

/// umockdev answers on a thread of its own: whoever touches the printer holds the lock.
class UsbDevice {
 public:
  UsbDevice(Interpreter& printer, std::mutex& lock);
  ~UsbDevice();
  UsbDevice(const UsbDevice&) = delete;
  UsbDevice& operator=(const UsbDevice&) = delete;

  [[nodiscard]] std::string directory() const;

  // Without the lock:
  Status plug();
  void unplug();

  // With the lock:
  void stall_next() { stalled_ = true; }            ///< the next data is answered with a halt
  void take_at_most(std::size_t n) { slice_ = n; }  ///< of each transfer
  void vanish_after(std::size_t n) { life_ = n; }   ///< bytes until the cable comes loose

  struct Bed;

 private:
  friend struct Requests;
  Interpreter& printer_;
  std::mutex& lock_;
  std::unique_ptr<Bed> bed_;
  bool plugged_ = false;
  bool stalled_ = false;
  std::size_t slice_ = std::numeric_limits<std::size_t>::max();
  std::size_t life_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace madoguchi::emulator
