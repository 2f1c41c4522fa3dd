#include "tools/emulators/pn532/hsu_frame.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace madoguchi::emulator {

namespace {

constexpr std::uint8_t from_host = 0xD4;

std::uint8_t sum(ByteView bytes) {
  return std::accumulate(
      bytes.begin(), bytes.end(), std::uint8_t{0},
      [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a + b); });
}

std::uint8_t negated(std::uint8_t value) { return static_cast<std::uint8_t>(-value); }

}  // namespace

Bytes ack_frame() { return {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}; }

Bytes error_frame() { return {0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00}; }

Bytes information_frame(ByteView data) {
  Bytes out = {0x00, 0x00, 0xFF};
  const auto high = static_cast<std::uint8_t>(data.size() >> 8);
  const auto low = static_cast<std::uint8_t>(data.size());
  if (data.size() > 0xFF) {
    out.insert(out.end(), {0xFF, 0xFF, high, low, negated(static_cast<std::uint8_t>(high + low))});
  } else {
    out.insert(out.end(), {low, negated(low)});
  }
  out.insert(out.end(), data.begin(), data.end());
  out.push_back(negated(sum(data)));
  out.push_back(0x00);
  return out;
}

void FrameReader::drop(std::size_t count) {
  stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(count));
}

std::optional<HostFrame> FrameReader::next() {
  constexpr std::array<std::uint8_t, 2> start_code = {0x00, 0xFF};
  const auto start =
      std::search(stream_.begin(), stream_.end(), start_code.begin(), start_code.end());
  if (start == stream_.end()) {
    // The last byte may be the first half of a start code.
    if (stream_.size() > 1) drop(stream_.size() - 1);
    return std::nullopt;
  }
  drop(static_cast<std::size_t>(start - stream_.begin()));
  if (stream_.size() < 4) return std::nullopt;
  const ByteView head(stream_);
  if (head[2] == 0x00 && head[3] == 0xFF) return drop(4), HostFrame{HostFrame::Kind::ack, {}};
  if (head[2] == 0xFF && head[3] == 0x00) return drop(4), HostFrame{HostFrame::Kind::nack, {}};

  const bool extended = head[2] == 0xFF && head[3] == 0xFF;
  const std::size_t header = extended ? 7 : 4;
  if (stream_.size() < header) return std::nullopt;
  const std::size_t length = extended ? static_cast<std::size_t>(head[4] << 8 | head[5]) : head[2];
  const bool length_holds = sum(head.subspan(extended ? 4 : 2, extended ? 3 : 2)) == 0;
  if (!length_holds || length == 0 || length > most_frame_data) {
    return drop(2), HostFrame{HostFrame::Kind::damaged, {}};
  }
  if (stream_.size() < header + length + 1) return std::nullopt;
  const ByteView data = head.subspan(header, length);
  HostFrame frame;
  if (sum(head.subspan(header, length + 1)) == 0 && data[0] == from_host && length > 1) {
    frame = {HostFrame::Kind::information, to_bytes(data.subspan(1))};
  }
  drop(header + length + 1);
  return frame;
}

}  // namespace madoguchi::emulator
