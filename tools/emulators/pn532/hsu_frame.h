#pragma once
// Frames between a host and a PN532 on its high speed UART (PN532 User Manual, UM0701-02, 6.2.1).

#include <optional>

#include "firmware/base/bytes.h"

namespace madoguchi::emulator {

/// The most that a chip's frame carries: TFI, command code and 263 bytes.
inline constexpr std::size_t most_frame_data = 265;

/// ACK: a frame was understood; from the host also: stop what you do.
Bytes ack_frame();
/// Application level error, "syntax error".
Bytes error_frame();
/// A normal information frame, or an extended one for more than 255 bytes. `data` begins with TFI.
Bytes information_frame(ByteView data);

struct HostFrame {
  enum class Kind { information, ack, nack, damaged };
  Kind kind = Kind::damaged;
  Bytes data;  ///< of an information frame, without TFI (D4): command code and parameters
};

/// Takes frames out of a stream of bytes. Wake-up bytes and whatever else stands between frames are
/// passed over.
class FrameReader {
 public:
  void add(ByteView bytes) { stream_.insert(stream_.end(), bytes.begin(), bytes.end()); }
  std::optional<HostFrame> next();

 private:
  void drop(std::size_t count);

  Bytes stream_;
};

}  // namespace madoguchi::emulator
