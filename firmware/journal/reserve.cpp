#include "firmware/journal/reserve.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/bytes.h"

namespace madoguchi {
namespace {

constexpr std::size_t block_size = 64u << 10;

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

Error failed(const std::string& path) {
  const int number = errno;
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return {full ? Errc::full : Errc::io, "journal.reserve", path + ": " + std::strerror(number)};
}

/// Real bytes that no file system can leave out or compress.
bool fill(int fd, std::size_t bytes) {
  const Bytes block = random_bytes(block_size);
  while (bytes > 0) {
    const ssize_t put = write(fd, block.data(), std::min(bytes, block.size()));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes -= static_cast<std::size_t>(put);
  }
  return fsync(fd) == 0;
}

}  // namespace

bool Reserve::stands() const {
  struct stat found{};
  if (bytes_ == 0) return true;
  return stat(path_.c_str(), &found) == 0 && static_cast<std::size_t>(found.st_size) == bytes_;
}

Status Reserve::establish() {
  if (stands()) return {};
  const Descriptor file{open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (file.fd < 0) return failed(path_);
  if (fill(file.fd, bytes_)) return {};
  const Error error = failed(path_);
  (void)!ftruncate(file.fd, 0);  // half a reserve only takes room away
  return error;
}

bool Reserve::give_up() {
  const Descriptor file{open(path_.c_str(), O_WRONLY | O_CLOEXEC)};
  struct stat found{};
  if (file.fd < 0 || fstat(file.fd, &found) != 0 || found.st_size == 0) return false;
  // The room is there for others once the file system has written that it is.
  return ftruncate(file.fd, 0) == 0 && fsync(file.fd) == 0;
}

}  // namespace madoguchi
