#pragma once
// The card's end of vsmartcard's vpcd protocol: TCP, frames of a big-endian 16-bit length and a
// payload. A payload of one byte is a control: 0 power off, 1 power on, 2 reset, 4 send the ATR.
// Anything longer is a command APDU.

#include <string>

#include "firmware/base/bytes.h"
#include "tools/emulators/card/card_slot.h"

namespace madoguchi::emulator {

class VpcdClient {
 public:
  VpcdClient(std::string host, std::string port, CardSlot& slot)
      : host_(std::move(host)), port_(std::move(port)), slot_(slot) {}
  ~VpcdClient() { disconnect(); }
  VpcdClient(const VpcdClient&) = delete;
  VpcdClient& operator=(const VpcdClient&) = delete;

  /// Connects while the card is in and disconnects while it is out: to vpcd, the connection is the
  /// card.
  void follow_slot();
  /// Reads what has come and answers it. Call it when fd() is readable.
  void receive();
  /// -1 while not connected.
  [[nodiscard]] int fd() const { return fd_; }

 private:
  void connect();
  void disconnect();
  void answer(ByteView payload);
  void send_frame(ByteView payload);

  std::string host_;
  std::string port_;
  CardSlot& slot_;
  int fd_ = -1;
  Bytes received_;
};

}  // namespace madoguchi::emulator
