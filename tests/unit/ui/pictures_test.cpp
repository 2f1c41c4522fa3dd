#include "ui/app/pictures.h"

#include <cstring>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <cairo.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/message/descriptor.h"
#include "tests/unit/ui/board_sketch.h"

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

constexpr int wide = 400;
constexpr int high = 300;

/// One packet with these descriptors, which are closed here.
void send_descriptors(int socket, const std::vector<int>& given) {
  char text = 0;
  iovec part{&text, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!given.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(given.size() * sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(given.size() * sizeof(int));
    std::memcpy(CMSG_DATA(header), given.data(), given.size() * sizeof(int));
  }
  LONGS_EQUAL(1, sendmsg(socket, &message, 0));
  for (const int fd : given) close(fd);
}

}  // namespace

TEST_GROUP(pictures) {
  cairo_surface_t* canvas = cairo_image_surface_create(CAIRO_FORMAT_RGB24, wide, high);
  int ends[2] = {-1, -1};

  void setup() override { LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends)); }
  void teardown() override {
    if (ends[0] >= 0) close(ends[0]);
    cairo_surface_destroy(canvas);
  }
  [[nodiscard]] std::uint32_t pixel(int x, int y) const {
    cairo_surface_flush(canvas);
    const auto* const row = cairo_image_surface_get_data(canvas) +
                            static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(canvas);
    return reinterpret_cast<const std::uint32_t*>(row)[x] & 0xffffff;
  }
  static Video whole(Video::From from = Video::From::far_end) { return {from, {0, 0, wide, high}}; }
};

TEST(pictures, a_board_that_was_given_is_drawn) {
  BoardSketch sketch;
  Pictures pictures;
  pictures.open(ends[1]);  // the reader has the other end
  pictures.look();
  CHECK_FALSE(pictures.draw(whole(), canvas));
  send_descriptors(ends[0], {sketch.descriptor()});
  pictures.look();
  LONGS_EQUAL(0, pictures.newest(Video::From::far_end));
  sketch.publish(sketch.boards().far_end, 640, 480, 235);
  LONGS_EQUAL(1, pictures.newest(Video::From::far_end));
  CHECK_TRUE(pictures.draw(whole(), canvas));
  LONGS_EQUAL(0xffffff, pixel(200, 150));
  LONGS_EQUAL(0xffffff, pixel(0, 0));
  sketch.publish(sketch.boards().far_end, 640, 480, 16);
  CHECK_TRUE(pictures.draw(whole(), canvas));
  LONGS_EQUAL(0x000000, pixel(399, 299));
}

TEST(pictures, another_shape_lies_in_the_middle) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  sketch.publish(sketch.boards().far_end, 1280, 720, 235);
  CHECK_TRUE(pictures.draw(whole(), canvas));
  LONGS_EQUAL(0xffffff, pixel(200, 150));
  LONGS_EQUAL(0x000000, pixel(200, 20));  // 400 x 225 of 400 x 300
  LONGS_EQUAL(0x000000, pixel(200, 280));
}

TEST(pictures, oneself_is_seen_as_in_a_mirror) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  PictureBoard& self = sketch.boards().self;
  sketch.publish(self, 640, 480, 16);
  PictureFrame& frame = self.frames[1];
  for (int row = 0; row < 480; ++row) std::memset(frame.i420 + row * 640, 235, 320);
  CHECK_TRUE(pictures.draw(whole(Video::From::self), canvas));
  LONGS_EQUAL(0x000000, pixel(50, 150));
  LONGS_EQUAL(0xffffff, pixel(350, 150));
}

TEST(pictures, colours_are_those_of_the_camera) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  sketch.publish(sketch.boards().far_end, 2, 2, 81);  // red in BT.601
  PictureFrame& frame = sketch.boards().far_end.frames[1];
  frame.i420[4] = 90;
  frame.i420[5] = 240;
  CHECK_TRUE(pictures.draw(whole(), canvas));
  const std::uint32_t red = pixel(200, 150);
  CHECK((red >> 16) > 250 && (red >> 8 & 0xff) < 5 && (red & 0xff) < 5);
}

TEST(pictures, an_ended_call_leaves_nothing) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  sketch.publish(sketch.boards().far_end, 640, 480, 235);
  sketch.boards().far_end.newest.store(0);
  CHECK_FALSE(pictures.draw(whole(), canvas));
  LONGS_EQUAL(0x000000, pixel(200, 150));
}

TEST(pictures, hostile_numbers_are_clamped) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  PictureBoard& board = sketch.boards().far_end;
  sketch.publish(board, 640, 480, 100);
  const std::int32_t wrong[] = {-1, 0, 1, 3, 1281, 70000, 721, 0x7fffffff, -0x7fffffff - 1};
  for (const std::int32_t width : wrong) {
    for (const std::int32_t height : wrong) {
      board.frames[1].width = width;
      board.frames[1].height = height;
      (void)pictures.draw(whole(), canvas);  // ASan watches
    }
  }
  board.newest.store(~std::uint64_t{0});
  (void)pictures.draw(whole(), canvas);
  board.frames[0].turn.store(1);  // being written for ever
  board.newest.store(3);
  CHECK_FALSE(pictures.draw(whole(), canvas));
}

TEST(pictures, a_place_beyond_the_canvas_is_left_alone) {
  BoardSketch sketch;
  Pictures pictures;
  CHECK_TRUE(pictures.map(sketch.descriptor(), true).ok());
  sketch.publish(sketch.boards().far_end, 640, 480, 235);
  CHECK_FALSE(pictures.draw({Video::From::far_end, {100, 0, wide, high}}, canvas));
  CHECK_FALSE(pictures.draw({Video::From::far_end, {-10, -10, wide, high}}, canvas));
  CHECK_FALSE(pictures.draw({Video::From::far_end, {0, 0, 0, 0}}, canvas));
}

TEST(pictures, only_a_sealed_board_of_the_right_kind_is_taken) {
  BoardSketch loose(false);
  BoardSketch other;
  other.boards().magic = 1;
  BoardSketch old;
  old.boards().size = 12;
  const int small = memfd_create("small", MFD_CLOEXEC);
  Pictures pictures;
  pictures.open(ends[1]);  // the reader has the other end
  send_descriptors(ends[0], {loose.descriptor()});
  send_descriptors(ends[0], {other.descriptor()});
  send_descriptors(ends[0], {old.descriptor()});
  send_descriptors(ends[0], {small});
  send_descriptors(ends[0], {open("/dev/null", O_RDONLY)});
  send_descriptors(ends[0], {});
  pictures.look();
  loose.publish(loose.boards().far_end, 640, 480, 235);
  LONGS_EQUAL(0, pictures.newest(Video::From::far_end));
  BoardSketch good;
  send_descriptors(ends[0], {good.descriptor(), loose.descriptor()});
  pictures.look();
  LONGS_EQUAL(0, pictures.newest(Video::From::far_end));
  send_descriptors(ends[0], {good.descriptor()});
  good.publish(good.boards().far_end, 640, 480, 235);
  pictures.look();
  LONGS_EQUAL(1, pictures.newest(Video::From::far_end));
}

TEST(pictures, a_window_that_starts_asks_for_the_board) {
  BoardSketch sketch;
  Pictures pictures;
  pictures.open(ends[1]);  // the reader has the other end
  CHECK_TRUE(receive_question(ends[0]).ok());
  CHECK_TRUE(Errc::busy == receive_question(ends[0]).error().code);  // once
  send_descriptors(ends[0], {sketch.descriptor()});
  sketch.publish(sketch.boards().far_end, 640, 480, 235);
  pictures.look();
  CHECK_TRUE(pictures.draw(whole(), canvas));
}

TEST(pictures, a_call_process_that_is_gone_takes_its_pictures_along) {
  BoardSketch sketch;
  Pictures pictures;
  pictures.open(ends[1]);  // the reader has the other end
  send_descriptors(ends[0], {sketch.descriptor()});
  sketch.publish(sketch.boards().far_end, 640, 480, 235);
  pictures.look();
  close(ends[0]);
  ends[0] = -1;
  pictures.look();
  CHECK_FALSE(pictures.draw(whole(), canvas));
}
