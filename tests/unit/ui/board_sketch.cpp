#include "tests/unit/ui/board_sketch.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace madoguchi::ui {
namespace {

struct Yuv {
  std::uint8_t y = 0;
  std::uint8_t u = 128;
  std::uint8_t v = 128;
};

bool in_oval(double x, double y, double at_x, double at_y, double wide, double high) {
  return std::hypot((x - at_x) / wide, (y - at_y) / high) < 1;
}

/// Of somebody in a unit square.
Yuv somebody(double x, double y, std::uint8_t shirt) {
  if (in_oval(x, y, 0.45, 0.41, 0.012, 0.018) || in_oval(x, y, 0.55, 0.41, 0.012, 0.018))
    return {40, 128, 128};
  const bool mouth = in_oval(x, y, 0.5, 0.5, 0.05, 0.03) && y > 0.5;
  if (mouth) return {110, 120, 165};
  const bool hair = in_oval(x, y, 0.5, 0.37, 0.13, 0.2) && y < 0.33;
  if (hair) return {50, 126, 130};
  if (in_oval(x, y, 0.5, 0.42, 0.12, 0.19)) return {190, 110, 150};
  if (in_oval(x, y, 0.5, 0.98, 0.3, 0.37)) return {shirt, 150, 110};
  return {static_cast<std::uint8_t>(215 - 40 * y), 130, 126};
}

}  // namespace

BoardSketch::BoardSketch(bool sealed)
    : fd_(memfd_create("board", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  map();
  if (sealed && fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) std::abort();
}

BoardSketch::BoardSketch(const std::string& path)
    : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  map();
}

BoardSketch::~BoardSketch() {
  munmap(boards_, sizeof(PictureBoards));
  close(fd_);
}

void BoardSketch::map() {
  if (fd_ < 0 || ftruncate(fd_, sizeof(PictureBoards)) != 0) std::abort();
  void* const memory =
      mmap(nullptr, sizeof(PictureBoards), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (memory == MAP_FAILED) std::abort();
  boards_ = static_cast<PictureBoards*>(memory);
  boards_->magic = picture_board_magic;
  boards_->size = sizeof(PictureBoards);
}

int BoardSketch::descriptor() const { return fcntl(fd_, F_DUPFD_CLOEXEC, 0); }

PictureFrame& BoardSketch::next(PictureBoard& board, int width, int height) {
  PictureFrame& frame = board.frames[(board.newest.load() + 1) % picture_frames];
  frame.turn.fetch_add(1);
  frame.width = width;
  frame.height = height;
  return frame;
}

void BoardSketch::finish(PictureBoard& board) {
  const std::uint64_t number = board.newest.load() + 1;
  board.frames[number % picture_frames].turn.fetch_add(1);
  board.newest.store(number);
}

void BoardSketch::publish(PictureBoard& board, int width, int height, std::uint8_t luma) {
  PictureFrame& frame = next(board, width, height);
  const std::size_t pixels = static_cast<std::size_t>(width) * height;
  std::memset(frame.i420, luma, pixels);
  std::memset(frame.i420 + pixels, 128, pixels / 2);
  finish(board);
}

void BoardSketch::publish_somebody(PictureBoard& board, int width, int height, std::uint8_t shirt) {
  PictureFrame& frame = next(board, width, height);
  std::uint8_t* const u = frame.i420 + static_cast<std::size_t>(width) * height;
  std::uint8_t* const v = u + static_cast<std::size_t>(width) * height / 4;
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      // Square at any shape of the picture.
      const double x = 0.5 + (column - width / 2.0) / height;
      const Yuv colour = somebody(x, static_cast<double>(row) / height, shirt);
      frame.i420[row * width + column] = colour.y;
      u[row / 2 * (width / 2) + column / 2] = colour.u;
      v[row / 2 * (width / 2) + column / 2] = colour.v;
    }
  }
  finish(board);
}

}  // namespace madoguchi::ui
