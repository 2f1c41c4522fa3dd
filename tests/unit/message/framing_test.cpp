#include "firmware/message/framing.h"

#include <numeric>

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(Framing) {
  Reassembler reassembler;

  static Bytes message_of(std::size_t size) {
    Bytes message(size);
    std::iota(message.begin(), message.end(), std::uint8_t{3});
    return message;
  }

  void check_round_trip(std::size_t size, std::size_t packets_expected) {
    const Bytes message = message_of(size);
    const auto packets = to_packets(message);
    CHECK(packets.ok());
    LONGS_EQUAL(packets_expected, packets->size());
    for (std::size_t i = 0; i < packets->size(); ++i) {
      const Bytes& packet = (*packets)[i];
      CHECK(packet.size() <= max_packet);
      const auto result = reassembler.add(packet);
      CHECK(result.ok());
      LONGS_EQUAL(i + 1 == packets->size(), result->has_value());
      if (*result) CHECK(**result == message);
    }
  }

  void refuses(const Bytes& packet, Errc code) {
    const auto result = reassembler.add(packet);
    CHECK_FALSE(result.ok());
    CHECK(result.error().code == code);
  }
};

TEST(Framing, sizes_around_a_packet) {
  check_round_trip(0, 1);
  check_round_trip(1, 1);
  check_round_trip(max_packet - 1, 1);
  check_round_trip(max_packet, 2);
  check_round_trip(2 * (max_packet - 1), 2);
  check_round_trip(2 * (max_packet - 1) + 1, 3);
  check_round_trip(max_message, (max_message + max_packet - 2) / (max_packet - 1));
}

TEST(Framing, a_message_too_large_is_not_cut) {
  const auto result = to_packets(Bytes(max_message + 1));
  CHECK_FALSE(result.ok());
  CHECK(result.error().code == Errc::full);
}

TEST(Framing, malformed_packets) {
  refuses({}, Errc::protocol);
  refuses({2, 1}, Errc::protocol);
  refuses({0xff}, Errc::protocol);
  refuses({1}, Errc::protocol);  // more to come and nothing here: could go on for ever
  refuses(Bytes(max_packet + 1, 0), Errc::protocol);
}

TEST(Framing, a_message_that_never_ends) {
  Bytes packet(max_packet, 0);
  packet[0] = 1;
  for (std::size_t sent = 0; sent + max_packet - 1 <= max_message; sent += max_packet - 1) {
    const auto result = reassembler.add(packet);
    CHECK(result.ok());
    CHECK_FALSE(result->has_value());
  }
  refuses(packet, Errc::full);
}

}  // namespace madoguchi
