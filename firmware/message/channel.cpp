#include "firmware/message/channel.h"

#include <cerrno>
#include <cstring>
#include <deque>

#include <boost/asio/generic/seq_packet_protocol.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/asio.h"

namespace madoguchi {

using Protocol = asio::generic::seq_packet_protocol;

struct Channel::State {
  State(const asio::any_io_executor& loop, int fd, ChannelCaps limits)
      : caps(limits), socket(loop, Protocol(AF_UNIX, 0), fd), reassembler(limits.most_received) {}
  ChannelCaps caps;
  Protocol::socket socket;
  std::deque<Bytes> waiting;
  std::size_t waiting_bytes = 0;  // of messages, without the packets' headers
  bool sending = false;
  Reassembler reassembler;
};

namespace {

// One byte more than a packet may have: the kernel cuts what does not fit, and a cut packet must
// not pass for a whole.
constexpr std::size_t room_for_packet = max_packet + 1;

Task<void> send_all(std::shared_ptr<Channel::State> state);

}  // namespace

Channel::Channel(const asio::any_io_executor& loop, int fd, ChannelCaps caps)
    : state_(std::make_shared<State>(loop, fd, caps)) {}

Channel::~Channel() {
  if (!state_) return;
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

Channel::Channel(Channel&&) noexcept = default;

Status Channel::send(Bytes message) {
  auto packets = to_packets(message);
  if (!packets) return packets.error();
  if (state_->waiting_bytes + message.size() > state_->caps.most_waiting) {
    return Error{Errc::full, "channel.send", "the other process does not read"};
  }
  state_->waiting_bytes += message.size();
  for (Bytes& packet : *packets) state_->waiting.push_back(std::move(packet));
  if (!state_->sending) {
    state_->sending = true;
    asio::co_spawn(state_->socket.get_executor(), send_all(state_), asio::detached);
  }
  return {};
}

namespace {

Task<void> send_all(std::shared_ptr<Channel::State> state) {
  while (!state->waiting.empty() && state->socket.is_open()) {
    const Bytes packet = std::move(state->waiting.front());
    state->waiting.pop_front();
    state->waiting_bytes -= packet.size() - 1;
    auto [error, n] = co_await state->socket.async_send(asio::buffer(packet), 0, as_tuple_await);
    if (error) break;  // the receiver notices that the peer is gone
  }
  state->waiting.clear();
  state->waiting_bytes = 0;
  state->sending = false;
}

}  // namespace

Task<Result<Bytes>> Channel::receive() {
  const auto state = state_;
  Bytes packet(room_for_packet);
  for (;;) {
    Protocol::socket::message_flags flags{};
    auto [error, n] =
        co_await state->socket.async_receive(asio::buffer(packet), flags, as_tuple_await);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error || n == 0)
      co_return Error{Errc::gone, "channel.receive", "the other process closed the socket"};
    auto message = state->reassembler.add(ByteView(packet).first(n));
    if (!message) co_return message.error();
    if (*message) co_return std::move(**message);
  }
}

BlockingChannel::~BlockingChannel() { close(fd_); }

Status BlockingChannel::send(ByteView message) {
  auto packets = to_packets(message);
  if (!packets) return packets.error();
  for (const Bytes& packet : *packets) {
    ssize_t n = 0;
    do {
      n = ::send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    if (n < 0) return Error{Errc::gone, "channel.send", std::strerror(errno)};
  }
  return {};
}

Result<Bytes> BlockingChannel::receive() {
  Reassembler reassembler;
  Bytes packet(room_for_packet);
  for (;;) {
    const ssize_t n = ::recv(fd_, packet.data(), packet.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      return Error{Errc::gone, "channel.receive",
                   n == 0 ? "the other process closed the socket" : std::strerror(errno)};
    auto message = reassembler.add(ByteView(packet).first(static_cast<std::size_t>(n)));
    if (!message) return message.error();
    if (*message) return std::move(**message);
  }
}

}  // namespace madoguchi
