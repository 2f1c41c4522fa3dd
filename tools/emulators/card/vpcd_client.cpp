#include "tools/emulators/card/vpcd_client.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi::emulator {

namespace {

enum Control : std::uint8_t { power_off = 0, power_on = 1, reset = 2, send_atr = 4 };

/// What a contact-less reader makes up for a My Number card (PC/SC part 3, 3.1.3.2.3.2).
constexpr std::array<std::uint8_t, 13> atr = {0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05,
                                              0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F};

/// ... and for a FeliCa card (3.1.3.2.3.2, standard 11, card name 003B).
constexpr std::array<std::uint8_t, 20> felica_atr = {0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C,
                                                     0xA0, 0x00, 0x00, 0x03, 0x06, 0x11, 0x00,
                                                     0x3B, 0x00, 0x00, 0x00, 0x00, 0x42};

void set_flag(int fd, int option) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, option, &on, sizeof on);
}

}  // namespace

int VpcdClient::follow_slot() {
  if (!slot_.inserted() && fd_ >= 0) disconnect();
  if (!slot_.inserted() || fd_ >= 0) return -1;
  const auto early = std::chrono::ceil<std::chrono::milliseconds>(not_before_ - Clock::now());
  if (early.count() > 0) return static_cast<int>(early.count());
  connect();
  // Without pcscd there is nothing to be told by: try to reach it again after a moment.
  return fd_ < 0 ? 100 : -1;
}

pollfd VpcdClient::interest() const {
  return {fd_, static_cast<short>(connecting_ ? POLLOUT : POLLIN), 0};
}

void VpcdClient::handle() {
  if (connecting_) {
    finish_connecting();
  } else {
    receive();
  }
}

void VpcdClient::connect() {
  addrinfo hints{};
  hints.ai_family = AF_INET;  // vpcd listens on IPv4 only
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found) != 0) return;
  fd_ = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
               found->ai_protocol);
  if (fd_ >= 0) {
    connecting_ = ::connect(fd_, found->ai_addr, found->ai_addrlen) != 0;
    if (connecting_ && errno != EINPROGRESS) {
      close(fd_);
      fd_ = -1;
    }
  }
  freeaddrinfo(found);
  if (fd_ >= 0 && !connecting_) finish_connecting();
}

void VpcdClient::finish_connecting() {
  connecting_ = false;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    close(fd_);
    fd_ = -1;
    not_before_ = Clock::now() + std::chrono::milliseconds(100);
    return;
  }
  fcntl(fd_, F_SETFL, 0);  // blocking again: vpcd waits for each answer
  set_flag(fd_, TCP_NODELAY);
}

void VpcdClient::disconnect() {
  if (fd_ < 0) return;
  close(fd_);
  fd_ = -1;
  connecting_ = false;
  not_before_ = Clock::now() + least_absence;
  received_.clear();
  slot_.power_off();
}

void VpcdClient::receive() {
  std::array<std::uint8_t, 4096> part;
  // vpcd sends length and payload apart: without quick acknowledgements each APDU waits for a
  // delayed one.
  set_flag(fd_, TCP_QUICKACK);
  const ssize_t n = recv(fd_, part.data(), part.size(), 0);
  if (n < 0 && errno == EINTR) return;
  if (n <= 0) return disconnect();
  set_flag(fd_, TCP_QUICKACK);
  received_.insert(received_.end(), part.begin(), part.begin() + n);
  while (fd_ >= 0 && received_.size() >= 2) {
    const std::size_t size = static_cast<std::size_t>(received_[0] << 8 | received_[1]);
    if (received_.size() < 2 + size) break;
    const Bytes payload(received_.begin() + 2,
                        received_.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    received_.erase(received_.begin(), received_.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    answer(payload);
  }
}

void VpcdClient::answer(ByteView payload) {
  if (payload.size() == 1) {
    if (payload[0] == send_atr) {
      return slot_.felica() ? send_frame(felica_atr) : send_frame(atr);
    }
    if (payload[0] == power_on) slot_.power_on();
    if (payload[0] == power_off || payload[0] == reset) slot_.power_off();
    return;  // only the ATR is answered
  }
  const CardSlot::Outcome outcome = slot_.exchange(payload);
  if (outcome.ending == CardSlot::Ending::pulled) return disconnect();
  if (outcome.ending == CardSlot::Ending::answered) send_frame(outcome.response);
}

void VpcdClient::send_frame(ByteView payload) {
  Bytes frame = {static_cast<std::uint8_t>(payload.size() >> 8),
                 static_cast<std::uint8_t>(payload.size())};
  frame.insert(frame.end(), payload.begin(), payload.end());
  for (std::size_t sent = 0; sent < frame.size();) {
    const ssize_t n = send(fd_, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return disconnect();
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace madoguchi::emulator
