#include "firmware/message/framing.h"

#include <algorithm>
#include <utility>

namespace madoguchi {

Result<std::vector<Bytes>> to_packets(ByteView message) {
  if (message.size() > max_message) {
    return Error{Errc::full, "message.send",
                 std::to_string(message.size()) + " bytes are more than a message may have"};
  }
  std::vector<Bytes> packets;
  do {
    const ByteView part = message.first(std::min(message.size(), max_packet - 1));
    message = message.subspan(part.size());
    Bytes packet{static_cast<std::uint8_t>(message.empty() ? 0 : 1)};
    packet.insert(packet.end(), part.begin(), part.end());
    packets.push_back(std::move(packet));
  } while (!message.empty());
  return packets;
}

Result<std::optional<Bytes>> Reassembler::add(ByteView packet) {
  if (packet.empty() || packet.size() > max_packet || packet[0] > 1) {
    return Error{Errc::protocol, "message.receive", "a packet without a valid header"};
  }
  if (packet[0] == 1 && packet.size() == 1) {
    return Error{Errc::protocol, "message.receive", "a packet that brings nothing"};
  }
  if (message_.size() + packet.size() - 1 > most_) {
    return Error{Errc::full, "message.receive", "a message larger than allowed"};
  }
  message_.insert(message_.end(), packet.begin() + 1, packet.end());
  if (packet[0] == 1) return std::optional<Bytes>{};
  return std::optional<Bytes>{std::exchange(message_, {})};
}

}  // namespace madoguchi
