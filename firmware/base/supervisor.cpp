#include "firmware/base/supervisor.h"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "firmware/base/timers.h"

namespace madoguchi {
namespace {

template <class Number>
std::optional<Number> environment_number(const char* name) {
  const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  if (text == nullptr) return std::nullopt;
  Number number{};
  const char* const end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

void tell_supervisor(std::string_view state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe)
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = path == nullptr ? 0 : std::strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';  // a name without a file
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                 reinterpret_cast<sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  ::close(fd);
}

std::optional<std::chrono::milliseconds> watchdog_pace() {
  const auto microseconds = environment_number<std::int64_t>("WATCHDOG_USEC");
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  const auto pid = environment_number<pid_t>("WATCHDOG_PID");
  if (pid && *pid != ::getpid()) return std::nullopt;
  return std::chrono::milliseconds(*microseconds / 2000);
}

std::vector<int> sockets_from_supervisor() {
  constexpr int first = 3;
  constexpr int most = 64;
  const auto pid = environment_number<pid_t>("LISTEN_PID");
  const auto count = environment_number<int>("LISTEN_FDS");
  std::vector<int> found;
  if (!pid || *pid != ::getpid() || !count || *count > most) return found;
  for (int fd = first; fd < first + *count; ++fd) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) found.push_back(fd);
  }
  return found;
}

Task<void> stay_alive(Timers& timers) {
  tell_supervisor("READY=1");
  const auto pace = watchdog_pace();
  if (!pace) co_return;
  for (;;) {
    tell_supervisor("WATCHDOG=1");
    co_await timers.sleep(*pace);
  }
}

}  // namespace madoguchi
