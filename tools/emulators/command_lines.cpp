#include "tools/emulators/command_lines.h"

#include <cstdio>
#include <istream>
#include <mutex>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <unistd.h>

#include "firmware/base/asio.h"

namespace madoguchi::emulator {

void tell(const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

Task<void> read_command_lines(std::function<void(const std::string&)> obey) {
  asio::posix::stream_descriptor input(co_await asio::this_coro::executor, dup(STDIN_FILENO));
  asio::streambuf buffer;
  for (;;) {
    auto [error, size] = co_await asio::async_read_until(input, buffer, '\n', as_tuple_await);
    if (error) co_return;
    std::istream lines(&buffer);
    std::string line;
    std::getline(lines, line);
    if (!line.empty()) obey(line);
  }
}

}  // namespace madoguchi::emulator
