#include "firmware/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace madoguchi {
namespace {

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

Error failed(const char* operation, const std::string& path) {
  const int number = errno;
  return {number == ENOENT ? Errc::not_found : number == ENOSPC ? Errc::full : Errc::io,
          std::string("file.") + operation, path + ": " + std::strerror(number)};
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t max_size) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return failed("open", path);
  Bytes content;
  std::uint8_t block[65536];
  for (;;) {
    const ssize_t got = read(file.fd, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > max_size) {
      return Error{Errc::full, "file.read", path + ": larger than " + std::to_string(max_size) + " bytes"};
    }
    content.insert(content.end(), block, block + got);
  }
}

Status write_file(const std::string& path, ByteView content, unsigned mode) {
  const std::string temporary = path + ".new";
  const Descriptor file{open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (file.fd < 0) return failed("open", temporary);
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t put = write(file.fd, content.data() + done, content.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("write", temporary);
    done += static_cast<std::size_t>(put);
  }
  if (fsync(file.fd) != 0) return failed("fsync", temporary);
  if (rename(temporary.c_str(), path.c_str()) != 0) return failed("rename", path);
  return {};
}

}  // namespace madoguchi
