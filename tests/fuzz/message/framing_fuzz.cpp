// A stream of packets, each a length byte and that many bytes (times eight, to reach long ones):
// the reassembler gives messages or an error, and what to_packets cuts it puts together again.
#include <algorithm>
#include <cstdlib>

#include "firmware/message/framing.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  Reassembler reassembler;
  while (!rest.empty()) {
    const std::size_t packet = std::min<std::size_t>(rest[0] * 8u, rest.size() - 1);
    const auto result = reassembler.add(rest.subspan(1, packet));
    if (!result.ok()) break;
    rest = rest.subspan(1 + packet);
  }

  const auto packets = to_packets({data, size});
  Reassembler fresh;
  std::optional<Bytes> whole;
  for (const Bytes& packet : *packets) {
    if (whole || packet.size() > max_packet) std::abort();
    whole = *fresh.add(packet);
  }
  if (!whole || !std::equal(whole->begin(), whole->end(), data, data + size)) std::abort();
  return 0;
}
