#pragma once
// A SOCK_SEQPACKET packet holds at most 60 KiB here (the kernel's default socket buffer is 208 KiB
// for everything in flight), so a message travels as one or more packets: a header byte (1 = more
// follows, 0 = last) and a part.

#include <optional>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

inline constexpr std::size_t max_packet = 60 * 1024;
/// The largest message between processes: a signed certificate of some copies with room to spare.
inline constexpr std::size_t max_message = 8u << 20;

/// Cuts a message of at most max_message bytes into packets; a larger one is Errc::full.
Result<std::vector<Bytes>> to_packets(ByteView message);

/// Puts packets together again. After an error the channel is out of step: close it.
class Reassembler {
 public:
  /// `most`: of one message, at most max_message.
  explicit Reassembler(std::size_t most = max_message) : most_(most) {}
  /// Nothing while more packets are to come.
  Result<std::optional<Bytes>> add(ByteView packet);

 private:
  std::size_t most_;
  Bytes message_;
};

}  // namespace madoguchi
