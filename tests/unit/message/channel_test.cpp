#include "firmware/message/channel.h"

#include <numeric>
#include <thread>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/message/framing.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

TEST_GROUP(Channel) {
  asio::io_context loop{1};
  int ends[2] = {-1, -1};
  std::unique_ptr<Channel> channel;
  std::optional<Result<Bytes>> received;

  void setup() override {
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    channel = std::make_unique<Channel>(loop.get_executor(), ends[0]);
  }
  void teardown() override {
    channel.reset();
    loop.restart();
    loop.poll();
    close_peer();
  }
  void close_peer() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  std::unique_ptr<BlockingChannel> blocking_peer() {
    return std::make_unique<BlockingChannel>(std::exchange(ends[1], -1));
  }

  static Task<void> store(Channel & from, std::optional<Result<Bytes>> & out) {
    out = co_await from.receive();
  }

  const Result<Bytes>& receive() {
    received.reset();
    asio::co_spawn(loop, store(*channel, received), asio::detached);
    loop.restart();
    while (!received && loop.run_one() > 0) {
    }
    CHECK(received.has_value());
    return *received;
  }

  static Bytes message_of(std::size_t size, int seed) {
    Bytes message(size);
    std::iota(message.begin(), message.end(), static_cast<std::uint8_t>(seed));
    return message;
  }
  static const std::vector<std::size_t>& sizes() {
    static const std::vector<std::size_t> all{0,      1,       100,      max_packet - 1, max_packet,
                                              65'537, 200'000, 4u << 20, max_message,    3};
    return all;
  }
};

TEST(Channel, messages_of_every_size_arrive_in_order) {
  auto peer = blocking_peer();
  std::thread sender([&peer] {
    int seed = 0;
    for (const std::size_t size : sizes()) (void)peer->send(message_of(size, seed++));
  });
  int seed = 0;
  for (const std::size_t size : sizes()) {
    const auto& message = receive();
    CHECK(message.ok());
    CHECK(*message == message_of(size, seed++));
  }
  sender.join();
}

TEST(Channel, messages_of_every_size_leave_in_order) {
  auto peer = blocking_peer();
  std::thread reader([&] {
    int seed = 0;
    for (const std::size_t size : sizes()) {
      const auto message = peer->receive();
      CHECK(message.ok() && *message == message_of(size, seed++));
    }
  });
  int seed = 0;
  for (const std::size_t size : sizes()) CHECK(channel->send(message_of(size, seed++)).ok());
  loop.restart();
  loop.run();
  reader.join();
}

TEST(Channel, two_loops_of_one_thread) {
  Channel other(loop.get_executor(), std::exchange(ends[1], -1));
  CHECK(other.send(message_of(4u << 20, 9)).ok());
  CHECK(other.send(message_of(5, 1)).ok());
  CHECK(*receive() == message_of(4u << 20, 9));
  CHECK(*receive() == message_of(5, 1));
}

TEST(Channel, structs) {
  auto peer = blocking_peer();
  const LinkToKiosk up = LinkState{true, "窓"};
  CHECK(channel->send(up).ok());
  loop.restart();
  loop.run();
  const auto bytes = peer->receive();
  CHECK(std::get<LinkState>(*decode<LinkToKiosk>(*bytes)).up);
  CHECK(peer->send(encode(up)).ok());
  std::optional<Result<LinkToKiosk>> answer;
  const auto task = [&]() -> Task<void> { answer = co_await channel->receive_as<LinkToKiosk>(); };
  asio::co_spawn(loop, task, asio::detached);
  loop.restart();
  loop.run();
  STRCMP_EQUAL("窓", std::get<LinkState>(**answer).detail.c_str());
}

TEST(Channel, a_peer_that_closes_is_gone) {
  auto peer = blocking_peer();
  CHECK(peer->send(message_of(10, 0)).ok());
  peer.reset();
  CHECK(receive().ok());
  CHECK(receive().error().code == Errc::gone);
  CHECK(channel->send(message_of(100'000, 0)).ok());  // nobody reads it; no signal, no crash
  loop.restart();
  loop.run();
}

TEST(Channel, a_peer_that_closes_in_the_middle_of_a_message_is_gone) {
  const Bytes part{1, 'h', 'a', 'l', 'f'};
  CHECK(::send(ends[1], part.data(), part.size(), 0) == static_cast<ssize_t>(part.size()));
  close_peer();
  CHECK(receive().error().code == Errc::gone);
}

TEST(Channel, a_blocking_peer_sees_the_end_too) {
  auto peer = blocking_peer();
  channel.reset();
  CHECK(peer->receive().error().code == Errc::gone);
  CHECK(peer->send(message_of(10, 0)).error().code == Errc::gone);
}

TEST(Channel, packets_out_of_order_or_too_large) {
  const Bytes unknown{7, 1, 2};
  (void)::send(ends[1], unknown.data(), unknown.size(), 0);
  CHECK(receive().error().code == Errc::protocol);
  const Bytes long_packet(max_packet + 100,
                          0);  // the kernel would cut it to a packet that looks whole
  (void)::send(ends[1], long_packet.data(), long_packet.size(), 0);
  CHECK(receive().error().code == Errc::protocol);
  auto peer = blocking_peer();
  (void)::send(ends[0], long_packet.data(), long_packet.size(), 0);
  CHECK(peer->receive().error().code == Errc::protocol);
}

TEST(Channel, too_large_a_message_is_refused_at_once) {
  CHECK(channel->send(Bytes(max_message + 1)).error().code == Errc::full);
  auto peer = blocking_peer();
  CHECK(peer->send(Bytes(max_message + 1)).error().code == Errc::full);
}

TEST(Channel, a_peer_that_does_not_read_cannot_fill_the_memory) {
  int taken = 0;
  Status status;
  while (taken < 100 && (status = channel->send(Bytes(max_message))).ok()) {
    ++taken;
    loop.restart();
    loop.poll();
  }
  CHECK(status.error().code == Errc::full);
  CHECK(taken >= 4);
}

TEST(Channel, receiving_can_be_cancelled_and_resumed) {
  const Bytes half{1, 'h', 'a', 'l', 'f'};
  (void)::send(ends[1], half.data(), half.size(), 0);
  bool cancelled = false;
  asio::cancellation_signal signal;
  asio::co_spawn(loop, store(*channel, received),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) {
                   cancelled = error != nullptr;
                 }));
  loop.restart();
  loop.poll();
  signal.emit(asio::cancellation_type::terminal);
  loop.restart();
  loop.poll();
  CHECK(cancelled);
  const Bytes rest{0, '!'};
  (void)::send(ends[1], rest.data(), rest.size(), 0);
  STRCMP_EQUAL("half!", as_text(*receive()).c_str());
}

}  // namespace madoguchi
