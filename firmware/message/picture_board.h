#pragma once
// The pictures of a call, from kiosk-call to kiosk-ui without a copy in between: one sealed memfd
// (F_SEAL_SHRINK | F_SEAL_GROW) that kiosk-call made and both map, kiosk-ui for reading only. It
// holds two boards: the far end and the resident himself. Each has three frames of I420; the writer
// fills one that is not the newest, then publishes it; the reader takes the newest and checks
// afterwards that it was not overwritten meanwhile (then it takes the next one).
//
// One writer and one reader, in different processes. kiosk-ui trusts nothing in it: it clamps every
// number to what the mapping holds.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace madoguchi {

inline constexpr std::uint32_t picture_board_magic = 0x4d505031;  // "MPP1"
inline constexpr std::int32_t most_picture_width = 1280;
inline constexpr std::int32_t most_picture_height = 720;
inline constexpr std::size_t picture_frames = 3;

/// One frame: Y, then U, then V, rows without padding. `turn` is odd while it is written.
struct PictureFrame {
  std::atomic<std::uint32_t> turn;
  std::int32_t width;        ///< pixels, even; 0: nothing
  std::int32_t height;       ///< even
  std::int64_t captured_us;  ///< CLOCK_MONOTONIC when it came; for latency only
  std::uint8_t i420[std::size_t{most_picture_width} * most_picture_height * 3 / 2];
};

struct PictureBoard {
  /// Goes up by one with each frame; the newest is frame newest % picture_frames. 0: no picture
  /// (camera closed, on hold, no call), and the reader forgets what it drew.
  std::atomic<std::uint64_t> newest;
  PictureFrame frames[picture_frames];
};

struct PictureBoards {
  std::uint32_t magic;
  std::uint32_t size;  ///< of this struct
  PictureBoard far_end;
  PictureBoard self;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace madoguchi
