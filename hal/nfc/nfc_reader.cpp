#include "hal/nfc/nfc_reader.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include <sys/socket.h>

#include "firmware/base/asio.h"
#include "firmware/message/channel.h"
#include "hal/nfc/nfc_process.h"
#include "hal/nfc/nfc_protocol.h"

namespace madoguchi {

namespace {

using namespace std::chrono_literals;

constexpr auto retry_pause = 2s;
/// kiosk-nfc gives a card three seconds; after this much more it hangs itself.
constexpr auto process_patience = 5s;

Errc code_of(nfc::Failure failure) {
  switch (failure) {
    case nfc::Failure::cancelled:
      return Errc::cancelled;
    case nfc::Failure::timeout:
      return Errc::timeout;
    case nfc::Failure::gone:
      return Errc::gone;
    case nfc::Failure::protocol:
      return Errc::protocol;
    default:
      return Errc::io;
  }
}

std::string program_beside_this() {
  std::error_code error;
  return (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "kiosk-nfc")
      .string();
}

class NfcReader final : public CardReader {
 public:
  NfcReader(std::string connstring, std::string program)
      : connstring_(std::move(connstring)), program_(std::move(program)) {}

  Task<Result<CardInField>> wait_for_card() override;
  Task<Result<void>> wait_for_removal() override;
  Task<Result<ResponseApdu>> transmit(Secret command) override;
  Task<void> release() override;

 private:
  /// The running process and the channel to it. The process ends first.
  struct Peer {
    Channel channel;
    nfc::NfcProcess process;
  };

  Task<Status> start();
  Status send(ByteView packet);
  template <class T>
  Task<Result<nfc::Reply>> ask(T request);
  /// The reply with this number; older ones belong to requests that were cancelled.
  Task<Result<nfc::Reply>> reply(std::int64_t number);
  Task<Result<nfc::Reply>> reply_in_time(std::int64_t number);
  Error lose_peer(const char* where, const std::string& why);

  const std::string connstring_;
  const std::string program_;
  std::optional<Peer> peer_;
  std::int64_t number_ = 0;
  bool failed_ = false;  // the last wait_for_card said gone
};

std::int64_t number_of(const nfc::Reply& reply) {
  return std::visit([](const auto& one) { return one.number; }, reply);
}

Error error_of(const nfc::Reply& reply, const char* where) {
  const auto* failed = std::get_if<nfc::Failed>(&reply);
  if (failed == nullptr) return {Errc::protocol, where, "kiosk-nfc replied to something else"};
  return {code_of(failed->failure), where, failed->what};
}

Error NfcReader::lose_peer(const char* where, const std::string& why) {
  peer_.reset();
  return {Errc::gone, where, why};
}

Task<Status> NfcReader::start() {
  if (peer_) co_return Status{};
  auto process =
      nfc::NfcProcess::start(program_.empty() ? program_beside_this() : program_, connstring_);
  if (!process) co_return process.error();
  const auto loop = co_await asio::this_coro::executor;
  peer_.emplace(Peer{Channel(loop, process->fd()), std::move(*process)});
  co_return Status{};
}

template <class T>
Task<Result<nfc::Reply>> NfcReader::ask(T request) {
  request.number = ++number_;
  if (auto sent = peer_->channel.send(encode(nfc::Request(request))); !sent) co_return sent.error();
  co_return co_await reply(number_);
}

Task<Result<nfc::Reply>> NfcReader::reply(std::int64_t number) {
  for (;;) {
    auto received = co_await peer_->channel.receive_as<nfc::Reply>();
    if (!received)
      co_return lose_peer("nfc.reply", "kiosk-nfc has ended: " + received.error().what);
    if (number_of(*received) == number) co_return received;
  }
}

Task<Result<nfc::Reply>> NfcReader::reply_in_time(std::int64_t number) {
  asio::steady_timer timer(co_await asio::this_coro::executor, process_patience);
  auto either = co_await (reply(number) || timer.async_wait(as_tuple_await));
  if (either.index() == 0) co_return std::get<0>(std::move(either));
  const auto [stopped] = std::get<1>(either);
  if (stopped) throw boost::system::system_error(stopped);  // this await was cancelled
  co_return lose_peer("nfc.reply", "kiosk-nfc hangs");
}

Task<Result<CardInField>> NfcReader::wait_for_card() {
  if (failed_) {
    asio::steady_timer timer(co_await asio::this_coro::executor, retry_pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
  failed_ = true;  // until the process says otherwise
  if (auto started = co_await start(); !started) co_return started.error();
  failed_ = false;
  auto answer = co_await ask(nfc::WaitForCard{});
  if (answer) {
    const auto* found = std::get_if<nfc::CardFound>(&*answer);
    if (found != nullptr) co_return CardInField{found->answer_hex, false, found->badge};
  }
  const Error error = answer ? error_of(*answer, "nfc.wait") : answer.error();
  failed_ = error.code == Errc::gone;
  co_return error;
}

Task<Result<void>> NfcReader::wait_for_removal() {
  if (!peer_) co_return Result<void>{};
  auto answer = co_await ask(nfc::WaitForRemoval{});
  if (!answer) co_return answer.error();
  if (std::holds_alternative<nfc::Done>(*answer)) co_return Result<void>{};
  co_return error_of(*answer, "nfc.removal");
}

/// Past the channel, whose queue would keep copies of the PIN. The pair is empty but for one
/// request: it never blocks.
Status NfcReader::send(ByteView packet) {
  const ssize_t n =
      ::send(peer_->process.fd(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n == static_cast<ssize_t>(packet.size())) return {};
  return lose_peer("nfc.send", std::strerror(errno));
}

Task<Result<ResponseApdu>> NfcReader::transmit(Secret command) {
  if (!peer_) co_return Error{Errc::gone, "nfc.transmit", "no card is selected"};
  if (command.size() > nfc::largest_command) {
    co_return Error{Errc::protocol, "nfc.transmit", "the command is too long for the reader"};
  }
  const std::int64_t number = ++number_;
  const Status sent = send(nfc::encode_transmit(number, command).reveal());
  command.clear();
  if (!sent) co_return sent.error();
  auto answer = co_await reply_in_time(number);
  if (!answer) co_return answer.error();
  const auto* response = std::get_if<nfc::Answer>(&*answer);
  if (response == nullptr) co_return error_of(*answer, "nfc.transmit");
  co_return parse_response(response->response);
}

Task<void> NfcReader::release() {
  if (!peer_) co_return;
  nfc::Release request{++number_};
  if (peer_->channel.send(encode(nfc::Request(request))))
    (void)co_await reply_in_time(request.number);
}

}  // namespace

std::unique_ptr<CardReader> make_nfc_reader(std::string connstring, std::string program) {
  return std::make_unique<NfcReader>(std::move(connstring), std::move(program));
}

}  // namespace madoguchi
