#include "firmware/call/picture_writer.h"

#include <cerrno>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace madoguchi::call {
namespace {

Error failed(const char* what) {
  return {Errc::full, "picture board", std::string(what) + ": " + std::strerror(errno)};
}

void wipe_frame(PictureFrame& frame) {
  const std::uint32_t turn = frame.turn.load(std::memory_order_relaxed) | 1;
  frame.turn.store(turn, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  frame.width = 0;
  frame.height = 0;
  frame.captured_us = 0;
  std::memset(frame.i420, 0, sizeof frame.i420);
  frame.turn.store(turn + 1, std::memory_order_release);
}

void wipe_board(PictureBoard& board) {
  board.newest.store(0, std::memory_order_release);
  for (PictureFrame& frame : board.frames) wipe_frame(frame);
}

std::uint8_t* copy_plane(std::uint8_t* to, const PictureView& picture, int plane,
                         std::int32_t width, std::int32_t height) {
  const std::uint8_t* from = picture.planes[plane];
  for (std::int32_t row = 0; row < height; ++row) {
    std::memcpy(to, from, static_cast<std::size_t>(width));
    to += width;
    from += picture.strides[plane];
  }
  return to;
}

}  // namespace

Status PictureWriter::write(const PictureView& picture, std::int64_t captured_us) {
  const std::int32_t width = picture.width & ~1;
  const std::int32_t height = picture.height & ~1;
  if (width <= 0 || height <= 0 || width > most_picture_width || height > most_picture_height)
    return Error{Errc::invalid, "picture board",
                 std::to_string(picture.width) + "x" + std::to_string(picture.height)};
  const std::lock_guard lock(mutex_);
  const std::uint64_t number = ++count_;
  PictureFrame& frame = board_.frames[number % picture_frames];
  const std::uint32_t turn = frame.turn.load(std::memory_order_relaxed) | 1;
  frame.turn.store(turn, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  frame.width = width;
  frame.height = height;
  frame.captured_us = captured_us;
  std::uint8_t* to = copy_plane(frame.i420, picture, 0, width, height);
  to = copy_plane(to, picture, 1, width / 2, height / 2);
  copy_plane(to, picture, 2, width / 2, height / 2);
  frame.turn.store(turn + 1, std::memory_order_release);
  board_.newest.store(number, std::memory_order_release);
  dirty_ = true;
  return {};
}

void PictureWriter::clear() {
  const std::lock_guard lock(mutex_);
  if (!dirty_) return;
  wipe_board(board_);
  dirty_ = false;
}

Result<int> make_picture_boards() {
  const int descriptor = memfd_create("picture boards", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return failed("memfd_create");
  const bool made = ftruncate(descriptor, sizeof(PictureBoards)) == 0 &&
                    fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
  if (!made) {
    const Error error = failed("memory");
    close(descriptor);
    return error;
  }
  void* const memory =
      mmap(nullptr, sizeof(PictureBoards), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) {
    const Error error = failed("mmap");
    close(descriptor);
    return error;
  }
  auto* const boards = static_cast<PictureBoards*>(memory);  // of zeros: no picture
  boards->magic = picture_board_magic;
  boards->size = sizeof(PictureBoards);
  munmap(memory, sizeof(PictureBoards));
  return descriptor;
}

Result<PictureBoards*> map_picture_boards(int descriptor) {
  struct stat about{};
  if (fstat(descriptor, &about) != 0) return failed("fstat");
  if (about.st_size != static_cast<off_t>(sizeof(PictureBoards)))
    return Error{Errc::invalid, "picture board", "another size than this program's"};
  void* const memory =
      mmap(nullptr, sizeof(PictureBoards), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) return failed("mmap");
  return static_cast<PictureBoards*>(memory);
}

void wipe(PictureBoards& boards) {
  wipe_board(boards.far_end);
  wipe_board(boards.self);
}

}  // namespace madoguchi::call
