#pragma once
// The card's end of vsmartcard's vpcd protocol: TCP, frames of a big-endian 16-bit length and a
// payload. A payload of one byte is a control: 0 power off, 1 power on, 2 reset, 4 send the ATR.
// Anything longer is a command APDU.

#include <chrono>
#include <string>

#include <poll.h>

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
  /// card. Gives the milliseconds after which to call again, -1 when only an event can matter.
  int follow_slot();
  /// Goes on connecting, or reads what has come and answers it. Call it when poll says so.
  void handle();
  /// What to poll for; fd is -1 while there is nothing.
  [[nodiscard]] pollfd interest() const;

 private:
  using Clock = std::chrono::steady_clock;

  void connect();
  void finish_connecting();
  void disconnect();
  void receive();
  void answer(ByteView payload);
  void send_frame(ByteView payload);

  std::string host_;
  std::string port_;
  CardSlot& slot_;
  int fd_ = -1;
  bool connecting_ = false;
  Clock::time_point not_before_ = Clock::now() + least_absence;
  Bytes received_;

  /// pcscd looks every 400 ms. A card that is away for less may be missed, and a pcscd that powers
  /// a card down in that very moment believes it absent from then on. No hand is so fast.
  static constexpr auto least_absence = std::chrono::milliseconds(600);
};

}  // namespace madoguchi::emulator
