#include "hal/gpio/gpio_booth_switch.h"

#include <array>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "hal/gpio/booth_line.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;

constexpr auto look_again = 1s;              // for a line that is not there
constexpr std::uint32_t bounce_us = 30'000;  // of a door's contact

class GpioBoothSwitch final : public BoothSwitch {
 public:
  GpioBoothSwitch(const asio::any_io_executor& loop, Timers& timers, BoothLine line)
      : timers_(timers), line_(std::move(line)), request_(loop) {
    open();
  }

  [[nodiscard]] bool closed() const override { return closed_; }
  Task<void> changed() override;

 private:
  void open();
  void read_value();
  Task<void> next_edge();

  Timers& timers_;
  BoothLine line_;
  asio::posix::stream_descriptor request_;
  std::array<gpio_v2_line_event, 16> edges_{};
  bool closed_ = false;
  bool told_ = false;  ///< what changed() has ended with
};

void GpioBoothSwitch::open() {
  const int chip = ::open(line_.chip.c_str(), O_RDWR | O_CLOEXEC);
  if (chip < 0) return;
  gpio_v2_line_request request{};
  request.offsets[0] = line_.number;
  request.num_lines = 1;
  std::strncpy(request.consumer, "kioskd booth", sizeof request.consumer - 1);
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
                         GPIO_V2_LINE_FLAG_EDGE_FALLING | GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  // The contact pulls the line down when the door is closed.
  if (!line_.inverted) request.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  request.config.num_attrs = 1;
  request.config.attrs[0].mask = 1;
  request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
  request.config.attrs[0].attr.debounce_period_us = bounce_us;
  const bool given = ::ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0;
  ::close(chip);
  if (!given) return;
  boost::system::error_code failed;
  const int flags = ::fcntl(request.fd, F_GETFL);
  (void)::fcntl(request.fd, F_SETFL, flags | O_NONBLOCK);
  request_.assign(request.fd, failed);
  if (failed) ::close(request.fd);
  read_value();
}

void GpioBoothSwitch::read_value() {
  gpio_v2_line_values values{};
  values.mask = 1;
  const bool known = request_.is_open() &&
                     ::ioctl(request_.native_handle(), GPIO_V2_LINE_GET_VALUES_IOCTL, &values) == 0;
  closed_ = known && (values.bits & 1) != 0;
}

/// A line that is gone is an open door.
Task<void> GpioBoothSwitch::next_edge() {
  auto [error, size] = co_await request_.async_read_some(asio::buffer(edges_), as_tuple_await);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error || size == 0) {
    boost::system::error_code ignored;
    request_.close(ignored);
  }
  read_value();
}

Task<void> GpioBoothSwitch::changed() {
  while (closed_ == told_) {
    if (!request_.is_open()) open();
    if (closed_ != told_) break;
    if (request_.is_open()) {
      co_await next_edge();
    } else {
      co_await timers_.sleep(look_again);
    }
  }
  told_ = closed_;
}

}  // namespace

std::unique_ptr<BoothSwitch> make_gpio_booth_switch(const asio::any_io_executor& loop,
                                                    Timers& timers, const std::string& line) {
  return std::make_unique<GpioBoothSwitch>(loop, timers,
                                           BoothLine::parse(line).value_or(BoothLine()));
}

}  // namespace madoguchi
