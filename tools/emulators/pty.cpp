#include "tools/emulators/pty.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>  // NOLINT: posix_openpt is not in <cstdlib>
#include <termios.h>
#include <unistd.h>

namespace madoguchi::emulator {

namespace {

Error failed(const char* what) {
  return {Errc::io, "pty", std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

Result<Pty> Pty::open(const std::string& path) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  std::array<char, 128> name{};
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
      ptsname_r(master, name.data(), name.size()) != 0) {
    return failed("posix_openpt");
  }
  const int slave = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios line{};
  if (slave < 0 || tcgetattr(slave, &line) != 0) return failed(name.data());
  cfmakeraw(&line);
  if (tcsetattr(slave, TCSANOW, &line) != 0) return failed(name.data());
  unlink(path.c_str());
  if (symlink(name.data(), path.c_str()) != 0) return failed(path.c_str());
  return Pty(master, slave, path);
}

Pty::Pty(Pty&& other) noexcept
    : master_(std::exchange(other.master_, -1)),
      slave_(std::exchange(other.slave_, -1)),
      path_(std::move(other.path_)) {}

Pty::~Pty() {
  if (master_ < 0) return;
  close(slave_);
  close(master_);
  unlink(path_.c_str());
}

Bytes Pty::read() {
  Bytes bytes(4096);
  const ssize_t n = ::read(master_, bytes.data(), bytes.size());
  bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return bytes;
}

void Pty::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(master_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // a host that reads nothing is its own loss
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace madoguchi::emulator
