#include "hal/code_reader/serial_code_reader.h"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "hal/code_reader/code_line.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;

constexpr auto look_again = 1s;        // for a reader that is not there
constexpr auto line_patience = 300ms;  // a reader sends a whole code at once
constexpr speed_t speed = B115200;     // CDC-ACM does not care; a real serial line does

class SerialCodeReader final : public CodeReader {
 public:
  SerialCodeReader(const asio::any_io_executor& loop, Timers& timers, std::string path)
      : timers_(timers), path_(std::move(path)), tty_(loop) {}

  Task<std::string> next() override;
  void forget() override;
  [[nodiscard]] bool there() const override { return tty_.is_open(); }

 private:
  bool open();
  Task<void> receive();
  Task<std::size_t> read();

  Timers& timers_;
  std::string path_;
  asio::posix::stream_descriptor tty_;
  std::array<std::uint8_t, 256> buffer_{};
  CodeLines lines_;
};

/// As raw bytes, 8N1, without waiting for a modem.
bool SerialCodeReader::open() {
  const int fd = ::open(path_.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  termios line{};
  bool good = tcgetattr(fd, &line) == 0;
  if (good) {
    cfmakeraw(&line);
    line.c_cflag |= CLOCAL | CREAD;
    good = cfsetspeed(&line, speed) == 0 && tcsetattr(fd, TCSANOW, &line) == 0;
  }
  boost::system::error_code failed;
  if (good) tty_.assign(fd, failed);
  if (!good || failed) {
    ::close(fd);
    return false;
  }
  // What a reader that was there before has left behind belongs to nobody.
  (void)tcflush(fd, TCIFLUSH);
  lines_.forget();
  return true;
}

void SerialCodeReader::forget() {
  if (tty_.is_open()) (void)tcflush(tty_.native_handle(), TCIFLUSH);
  lines_.forget();
}

Task<std::string> SerialCodeReader::next() {
  for (;;) {
    if (auto line = lines_.next()) co_return std::move(*line);
    if (!tty_.is_open() && !open()) {
      co_await timers_.sleep(look_again);
      continue;
    }
    co_await receive();
  }
}

/// Half a line that does not go on is noise, or a reader that was unplugged in the middle.
Task<void> SerialCodeReader::receive() {
  std::size_t size = 0;
  if (lines_.begun()) {
    const auto read_in_time = co_await within(timers_, line_patience, read());
    if (!read_in_time) {
      lines_.drop_begun();
      co_return;
    }
    size = *read_in_time;
  } else {
    size = co_await read();
  }
  if (size > 0) {
    lines_.add(ByteView(buffer_).first(size));
    co_return;
  }
  boost::system::error_code ignored;
  tty_.close(ignored);
}

/// 0: the reader is gone. Throws when cancelled.
Task<std::size_t> SerialCodeReader::read() {
  auto [error, size] = co_await tty_.async_read_some(asio::buffer(buffer_), as_tuple_await);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) co_return 0;
  co_return size;
}

}  // namespace

std::unique_ptr<CodeReader> make_serial_code_reader(const asio::any_io_executor& loop,
                                                    Timers& timers, const std::string& path) {
  return std::make_unique<SerialCodeReader>(loop, timers, path);
}

}  // namespace madoguchi
