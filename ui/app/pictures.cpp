#include "ui/app/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include <cairo.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/log.h"
#include "firmware/message/descriptor.h"

namespace madoguchi::ui {
namespace {

constexpr int tries = 3;  // to draw a frame that nobody overwrites meanwhile

Error refused(const char* why) { return {Errc::invalid, "picture board", why}; }

/// One frame as it may be read: its numbers were read once and clamped.
struct Frame {
  int width = 0;
  int height = 0;
  const std::uint8_t* y = nullptr;
  const std::uint8_t* u = nullptr;
  const std::uint8_t* v = nullptr;
};

Frame frame_of(const PictureFrame& memory) {
  Frame out;
  const std::int32_t width = static_cast<const volatile std::int32_t&>(memory.width);
  const std::int32_t height = static_cast<const volatile std::int32_t&>(memory.height);
  if (width < 2 || height < 2) return out;
  out.width = std::min(width, most_picture_width) & ~1;
  out.height = std::min(height, most_picture_height) & ~1;
  const std::size_t pixels = static_cast<std::size_t>(out.width) * out.height;
  out.y = memory.i420;
  out.u = out.y + pixels;
  out.v = out.u + pixels / 4;
  return out;
}

/// Where a column or row of the target lies in the source: between `first` and the next, at
/// `part`/256.
struct Sample {
  int first = 0;
  int second = 0;
  int part = 0;
};

std::vector<Sample> samples(int target, int source, bool mirrored) {
  std::vector<Sample> out(static_cast<std::size_t>(target));
  for (int i = 0; i < target; ++i) {
    const std::int64_t at =
        (2 * i + 1) * static_cast<std::int64_t>(source) * 256 / (2 * target) - 128;
    const std::int64_t clamped = std::clamp<std::int64_t>(at, 0, (source - 1) * 256LL);
    const int first = static_cast<int>(clamped >> 8);
    out[static_cast<std::size_t>(mirrored ? target - 1 - i : i)] = {
        first, std::min(first + 1, source - 1), static_cast<int>(clamped & 255)};
  }
  return out;
}

std::uint32_t byte(int value) { return static_cast<std::uint32_t>(std::clamp(value, 0, 255)); }

/// BT.601, studio range: what both codecs carry here.
std::uint32_t colour_of(int y, int u, int v) {
  const int c = 298 * (y - 16) + 128;
  const int d = u - 128;
  const int e = v - 128;
  return byte((c + 409 * e) >> 8) << 16 | byte((c - 100 * d - 208 * e) >> 8) << 8 |
         byte((c + 516 * d) >> 8);
}

struct Place {
  unsigned char* pixels = nullptr;
  int stride = 0;
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// Scales (luma between its neighbours, chroma the nearest) and turns into colours in one pass.
void convert(const Frame& frame, const Place& target, bool mirrored) {
  const std::vector<Sample> columns = samples(target.width, frame.width, mirrored);
  const std::vector<Sample> rows = samples(target.height, frame.height, false);
  for (int line = 0; line < target.height; ++line) {
    const Sample& row = rows[static_cast<std::size_t>(line)];
    const std::uint8_t* const upper =
        frame.y + static_cast<std::ptrdiff_t>(row.first) * frame.width;
    const std::uint8_t* const lower =
        frame.y + static_cast<std::ptrdiff_t>(row.second) * frame.width;
    const std::ptrdiff_t chroma = static_cast<std::ptrdiff_t>(row.first / 2) * (frame.width / 2);
    auto* out =
        reinterpret_cast<std::uint32_t*>(
            target.pixels + static_cast<std::ptrdiff_t>(target.top + line) * target.stride) +
        target.left;
    for (const Sample& column : columns) {
      const int above =
          upper[column.first] * (256 - column.part) + upper[column.second] * column.part;
      const int below =
          lower[column.first] * (256 - column.part) + lower[column.second] * column.part;
      const int luma = (above * (256 - row.part) + below * row.part) >> 16;
      *out++ =
          colour_of(luma, frame.u[chroma + column.first / 2], frame.v[chroma + column.first / 2]);
    }
  }
}

/// As large as the frame fits into the place; empty when that is not on the canvas.
Place place_of(const Rect& place, const Frame& frame, cairo_surface_t* canvas) {
  if (frame.width == 0) return {};
  const double scale = std::min(place.w / frame.width, place.h / frame.height);
  Place out;
  out.width = static_cast<int>(std::floor(frame.width * scale));
  out.height = static_cast<int>(std::floor(frame.height * scale));
  out.left = static_cast<int>(std::ceil(place.x + (place.w - out.width) / 2));
  out.top = static_cast<int>(std::ceil(place.y + (place.h - out.height) / 2));
  const bool inside = out.width > 0 && out.height > 0 && out.left >= 0 && out.top >= 0 &&
                      out.left + out.width <= cairo_image_surface_get_width(canvas) &&
                      out.top + out.height <= cairo_image_surface_get_height(canvas);
  if (!inside) return {};
  out.pixels = cairo_image_surface_get_data(canvas);
  out.stride = cairo_image_surface_get_stride(canvas);
  return out;
}

}  // namespace

void Pictures::Unmap::operator()(const PictureBoards* boards) const {
  ::munmap(const_cast<PictureBoards*>(boards), sizeof(PictureBoards));
}

void Pictures::open(int channel) {
  channel_ = channel;
  (void)::fcntl(channel_, F_SETFL, ::fcntl(channel_, F_GETFL) | O_NONBLOCK);
  // It may have been given to a kiosk-ui that is gone. Without kiosk-call look() says so.
  (void)ask_for_descriptor(channel_);
}
Pictures::~Pictures() {
  if (channel_ >= 0) ::close(channel_);
}

Status Pictures::map(int board, bool sealed) {
  const struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } closer{board};
  struct stat about{};
  if (::fstat(board, &about) != 0 || !S_ISREG(about.st_mode)) return refused("is no memory");
  if (about.st_size < static_cast<off_t>(sizeof(PictureBoards))) return refused("is too small");
  constexpr int needed = F_SEAL_SHRINK | F_SEAL_GROW;
  if (sealed && (::fcntl(board, F_GET_SEALS) & needed) != needed)
    return refused("is not sealed, it could shrink under the reader");
  void* const memory = ::mmap(nullptr, sizeof(PictureBoards), PROT_READ, MAP_SHARED, board, 0);
  if (memory == MAP_FAILED) return Error{Errc::io, "picture board", std::strerror(errno)};
  std::unique_ptr<const PictureBoards, Unmap> boards(static_cast<const PictureBoards*>(memory));
  if (boards->magic != picture_board_magic || boards->size != sizeof(PictureBoards))
    return refused("is of another kind");
  boards_ = std::move(boards);
  return {};
}

/// kiosk-call sends another when it was started again.
void Pictures::look() {
  while (channel_ >= 0) {
    const Result<int> board = receive_descriptor(channel_);
    const Status mapped = board ? map(*board, true) : Status{board.error()};
    if (mapped) continue;
    const Errc why = mapped.error().code;
    if (!board && why == Errc::busy) return;
    log_event(Event::ui_event, {{"what", "pictures"}, {"error", mapped.error().text()}});
    if (board || why != Errc::gone) continue;
    ::close(std::exchange(channel_, -1));  // its pictures go with it
    boards_.reset();
  }
}

const PictureBoard* Pictures::board_of(Video::From from) const {
  if (boards_ == nullptr) return nullptr;
  return from == Video::From::self ? &boards_->self : &boards_->far_end;
}

std::uint64_t Pictures::newest(Video::From from) const {
  const PictureBoard* const board = board_of(from);
  return board == nullptr ? 0 : board->newest.load(std::memory_order_acquire);
}

bool Pictures::draw(const Video& place, cairo_surface_t* canvas) {
  const PictureBoard* const board = board_of(place.from);
  cairo_surface_flush(canvas);
  bool drawn = false;
  for (int i = 0; i < tries; ++i) {
    const std::uint64_t number = newest(place.from);
    if (board == nullptr || number == 0) return drawn;
    const PictureFrame& memory = board->frames[number % picture_frames];
    const std::uint32_t turn = memory.turn.load(std::memory_order_acquire);
    if (turn % 2 != 0) continue;  // its writer is about to publish the next
    const Frame frame = frame_of(memory);
    const Place target = place_of(place.rect, frame, canvas);
    if (target.width == 0) return drawn;
    convert(frame, target, place.from == Video::From::self);
    drawn = true;
    std::atomic_thread_fence(std::memory_order_acquire);
    if (memory.turn.load(std::memory_order_relaxed) == turn) break;
  }
  if (drawn) cairo_surface_mark_dirty(canvas);
  return drawn;
}

}  // namespace madoguchi::ui
