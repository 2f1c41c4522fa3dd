#include "tools/emulators/resident/layout.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace madoguchi::resident {

Result<DrawnScreen> parse_layout(std::string_view line) {
  return decode<DrawnScreen>(as_bytes(line), Dialect::json);
}

const DrawnControl* find_control(const DrawnScreen& screen, std::string_view id) {
  for (const auto& control : screen.controls) {
    if (control.id == id) return &control;
  }
  return nullptr;
}

LayoutFollower::~LayoutFollower() {
  if (watch_ >= 0) ::close(watch_);
  if (file_ >= 0) ::close(file_);
}

Status LayoutFollower::open(const std::string& path) {
  const auto failed = [&](const char* call) {
    return Error{Errc::io, "layout." + path, std::string(call) + ": " + std::strerror(errno)};
  };
  file_ = ::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return failed("open");
  watch_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch_ < 0) return failed("inotify_init1");
  if (::inotify_add_watch(watch_, path.c_str(), IN_MODIFY) < 0) return failed("inotify_add_watch");
  return {};
}

std::optional<std::string> LayoutFollower::next(int stop_fd, int patience_ms) {
  for (;;) {
    read_what_is_there();
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    // Whatever was appended since the read above has left an event in the watch: nothing is missed.
    std::array<pollfd, 2> fds{{{watch_, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), patience_ms) <= 0 || fds[1].revents != 0)
      return std::nullopt;
    std::array<char, 4096> events{};
    while (::read(watch_, events.data(), events.size()) > 0) {
    }
  }
}

void LayoutFollower::read_what_is_there() {
  std::array<char, 16384> part{};
  for (ssize_t n; (n = ::read(file_, part.data(), part.size())) > 0;) {
    unread_.append(part.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace madoguchi::resident
