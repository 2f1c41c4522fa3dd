#include "firmware/call/picture_writer.h"

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace madoguchi;
using namespace madoguchi::call;

namespace {

struct Picture {
  Picture(int width, int height, std::uint8_t value, int padding = 0)
      : stride(width + padding),
        bytes(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height) * 2, value) {
    view.width = width;
    view.height = height;
    view.planes[0] = bytes.data();
    view.planes[1] = view.planes[2] = bytes.data() + stride * height;
    view.strides[0] = stride;
    view.strides[1] = view.strides[2] = stride / 2;
  }
  int stride;
  std::vector<std::uint8_t> bytes;
  PictureView view;
};

// As picture_board.h says that a reader does it.
struct Seen {
  std::uint64_t number = 0;
  int width = 0;
  int height = 0;
  bool torn = false;
  std::vector<std::uint8_t> pixels;
};

Seen read(const PictureBoard& board) {
  Seen seen;
  seen.number = board.newest.load(std::memory_order_acquire);
  if (seen.number == 0) return seen;
  const PictureFrame& frame = board.frames[seen.number % picture_frames];
  const std::uint32_t before = frame.turn.load(std::memory_order_acquire);
  seen.width = std::min(frame.width, most_picture_width);
  seen.height = std::min(frame.height, most_picture_height);
  seen.pixels.assign(frame.i420, frame.i420 + static_cast<std::size_t>(seen.width) *
                                                  static_cast<std::size_t>(seen.height) * 3 / 2);
  std::atomic_thread_fence(std::memory_order_acquire);
  seen.torn = before % 2 != 0 || frame.turn.load(std::memory_order_relaxed) != before;
  return seen;
}

}  // namespace

TEST_GROUP(PictureWriter) {
  void setup() override {
    descriptor = *make_picture_boards();
    boards = *map_picture_boards(descriptor);
  }
  void teardown() override {
    munmap(boards, sizeof *boards);
    close(descriptor);
  }
  int descriptor = -1;
  PictureBoards* boards = nullptr;
};

TEST(PictureWriter, a_new_board_shows_nothing_and_says_what_it_is) {
  CHECK_EQUAL(picture_board_magic, boards->magic);
  CHECK_EQUAL(sizeof(PictureBoards), boards->size);
  CHECK_EQUAL(0, read(boards->far_end).number);
}

TEST(PictureWriter, its_size_cannot_be_changed) {
  CHECK_TRUE(ftruncate(descriptor, 10) != 0);
  CHECK_TRUE(ftruncate(descriptor, 1 << 28) != 0);
  CHECK_TRUE(fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE) != 0);
}

TEST(PictureWriter, a_frame_is_published_without_its_padding) {
  PictureWriter writer(boards->self, 7);
  CHECK_TRUE(writer.write(Picture(64, 48, 99, 13).view, 5).ok());
  const Seen seen = read(boards->self);
  CHECK_EQUAL(8, seen.number);
  CHECK_EQUAL(64, seen.width);
  CHECK_EQUAL(48, seen.height);
  CHECK_FALSE(seen.torn);
  for (const std::uint8_t pixel : seen.pixels) CHECK_EQUAL(99, pixel);
  CHECK_EQUAL(0, read(boards->far_end).number);
}

TEST(PictureWriter, odd_edges_are_left_out_and_too_large_ones_refused) {
  PictureWriter writer(boards->self, 0);
  CHECK_TRUE(writer.write(Picture(65, 49, 1).view, 0).ok());
  CHECK_EQUAL(64, read(boards->self).width);
  CHECK_EQUAL(48, read(boards->self).height);
  CHECK_FALSE(writer.write(Picture(1282, 720, 1).view, 0).ok());
  CHECK_FALSE(writer.write(Picture(1, 1, 1).view, 0).ok());
}

TEST(PictureWriter, cleared_means_that_nothing_is_left_in_memory) {
  PictureWriter writer(boards->self, 0);
  for (int i = 0; i < 4; ++i) CHECK_TRUE(writer.write(Picture(64, 48, 200).view, 0).ok());
  writer.clear();
  CHECK_EQUAL(0, read(boards->self).number);
  for (const PictureFrame& frame : boards->self.frames) {
    CHECK_EQUAL(0, frame.width);
    for (std::size_t i = 0; i < 64 * 48 * 3 / 2; ++i) CHECK_EQUAL(0, frame.i420[i]);
  }
  CHECK_TRUE(writer.write(Picture(64, 48, 3).view, 0).ok());
  CHECK_EQUAL(5, read(boards->self).number);  // a number is never used twice
}

TEST(PictureWriter, a_frame_that_its_writer_died_in_is_seen_as_torn_and_wiped) {
  PictureWriter writer(boards->self, 0);
  CHECK_TRUE(writer.write(Picture(64, 48, 200).view, 0).ok());
  PictureFrame& frame = boards->self.frames[1];
  ++frame.turn;
  CHECK_TRUE(read(boards->self).torn);
  wipe(*boards);
  CHECK_EQUAL(0, read(boards->self).number);
  CHECK_EQUAL(0, frame.turn % 2);
  CHECK_EQUAL(0, frame.i420[0]);
}

TEST(PictureWriter, a_reader_never_takes_a_torn_frame_for_whole) {
  PictureWriter writer(boards->far_end, 0);
  std::atomic<int> whole{0};
  std::thread thread([&] {
    for (int i = 0; whole < 50; ++i) {
      const Picture picture(320, 240, static_cast<std::uint8_t>(i));
      (void)writer.write(picture.view, 0);
    }
  });
  bool mixed = false;
  while (whole < 50) {
    const Seen seen = read(boards->far_end);
    if (seen.number == 0 || seen.torn) continue;
    for (const std::uint8_t pixel : seen.pixels) mixed = mixed || pixel != seen.pixels[0];
    ++whole;
  }
  thread.join();
  CHECK_FALSE(mixed);
}
