#include "hal/nfc/nfc_service.h"

#include <poll.h>

#include "firmware/base/secret.h"

namespace madoguchi::nfc {

namespace {

constexpr int between_polls_ms = 100;
constexpr int between_presence_checks_ms = 200;

Failure failure_of(Errc code) {
  switch (code) {
    case Errc::cancelled:
      return Failure::cancelled;
    case Errc::timeout:
      return Failure::timeout;
    case Errc::gone:
    case Errc::busy:
      return Failure::gone;
    case Errc::protocol:
      return Failure::protocol;
    default:
      return Failure::io;
  }
}

Failed failed(std::int64_t number, const Error& error) {
  return {number, failure_of(error.code), error.what};
}

const Error superseded{Errc::cancelled, "nfc", "another request came"};

}  // namespace

Status NfcService::run() {
  for (;;) {
    Result<Bytes> message = channel_.receive();
    if (!message) return {};  // kioskd has ended
    auto request = decode<Request>(*message);
    wipe(message->data(), message->size());
    if (!request) return request.error();
    const Reply reply = std::visit([this](auto& one) { return handle(one); }, *request);
    if (!channel_.send(encode(reply))) return {};
  }
}

Status NfcService::open_device() {
  if (device_ && device_->works()) return {};
  device_.reset();
  auto opened = NfcDevice::open(connstring_);
  if (!opened) return opened.error();
  device_ = std::move(*opened);
  return {};
}

bool NfcService::next_request_within(int milliseconds) {
  pollfd channel{channel_.fd(), POLLIN, 0};
  return poll(&channel, 1, milliseconds) > 0;
}

Reply NfcService::handle(const WaitForCard& request) {
  if (const Status opened = open_device(); !opened) return failed(request.number, opened.error());
  do {
    const auto found = device_->select();
    if (!found) return failed(request.number, found.error());
    if (*found) return CardFound{request.number, (*found)->answer_hex, (*found)->badge};
  } while (!next_request_within(between_polls_ms));
  return failed(request.number, superseded);
}

Reply NfcService::handle(const WaitForRemoval& request) {
  do {
    if (!device_) return Done{request.number};
    const auto there = device_->card_is_there();
    if (!there) return failed(request.number, there.error());
    if (!*there) return Done{request.number};
  } while (!next_request_within(between_presence_checks_ms));
  return failed(request.number, superseded);
}

Reply NfcService::handle(Transmit& request) {
  if (!device_) return failed(request.number, {Errc::gone, "nfc.transmit", "no card is selected"});
  const auto response = device_->transceive(request.command);
  wipe(request.command.data(), request.command.size());
  if (!response) return failed(request.number, response.error());
  return Answer{request.number, *response};
}

Reply NfcService::handle(const Release& request) {
  if (device_) device_->field_off();
  return Done{request.number};
}

}  // namespace madoguchi::nfc
