#pragma once
// Writes frames to one board of picture_board.h. Any thread; calls exclude each other.

#include <cstdint>
#include <mutex>

#include "firmware/base/result.h"
#include "firmware/message/picture_board.h"

namespace madoguchi::call {

/// One frame as a decoder or camera gives it: I420, rows `strides` bytes apart.
struct PictureView {
  std::int32_t width = 0;
  std::int32_t height = 0;
  const std::uint8_t* planes[3] = {};
  std::int32_t strides[3] = {};
};

class PictureWriter {
 public:
  /// Frames are numbered from `first` on: a reader must see that a new process writes.
  PictureWriter(PictureBoard& board, std::uint64_t first) : board_(board), count_(first) {}

  /// Publishes a frame, in one copy. An odd row or column is left out. Errc::invalid for one that
  /// is larger than the board's.
  Status write(const PictureView& picture, std::int64_t captured_us);
  /// Nothing is shown any more, and nothing of the pictures stays in memory.
  void clear();

 private:
  PictureBoard& board_;
  std::mutex mutex_;
  std::uint64_t count_;
  bool dirty_ = false;
};

/// Makes an anonymous file of two empty boards whose size cannot be changed any more (close on
/// exec). Errc::full.
Result<int> make_picture_boards();

/// A mapping of that file for writing, for the life of the process. Errc::invalid: it is not one.
Result<PictureBoards*> map_picture_boards(int descriptor);

/// What a worker that died left behind: see PictureWriter::clear. Only while nobody writes.
void wipe(PictureBoards& boards);

}  // namespace madoguchi::call
