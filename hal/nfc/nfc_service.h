#pragma once
// The work of kiosk-nfc: takes requests of kioskd, drives the reader, replies. One thread; it ends
// when kioskd is gone.

#include <memory>
#include <string>

#include "firmware/message/channel.h"
#include "hal/nfc/nfc_device.h"
#include "hal/nfc/nfc_protocol.h"

namespace madoguchi::nfc {

class NfcService {
 public:
  NfcService(int fd, std::string connstring) : channel_(fd), connstring_(std::move(connstring)) {}

  /// Until kioskd closes its end. Errors: protocol (a malformed request).
  Status run();

 private:
  Reply handle(const WaitForCard& request);
  Reply handle(const WaitForRemoval& request);
  Reply handle(Transmit& request);
  Reply handle(const Release& request);

  Status open_device();
  /// Sleeps, at most until the next request is there; true if one is.
  bool next_request_within(int milliseconds);

  BlockingChannel channel_;
  const std::string connstring_;
  std::unique_ptr<NfcDevice> device_;
};

}  // namespace madoguchi::nfc
