#include "firmware/base/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
  return {number == ENOENT   ? Errc::not_found
          : number == ENOSPC ? Errc::full
                             : Errc::io,
          std::string("file.") + operation, path + ": " + std::strerror(number)};
}

// Without this a power cut may undo the rename.
Status sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor open_directory{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (open_directory.fd < 0 || fsync(open_directory.fd) != 0) return failed("fsync", directory);
  return {};
}

// Writes the temporary file; its descriptor is closed when this returns.
Status write_new(const std::string& path, ByteView content, unsigned mode) {
  const Descriptor file{open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (file.fd < 0) return failed("open", path);
  // As it was said, whatever umask the supervisor has set.
  if (fchmod(file.fd, mode) != 0) return failed("chmod", path);
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t put = write(file.fd, content.data() + done, content.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("write", path);
    done += static_cast<std::size_t>(put);
  }
  if (fsync(file.fd) != 0) return failed("fsync", path);
  return {};
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
      return Error{Errc::full, "file.read",
                   path + ": larger than " + std::to_string(max_size) + " bytes"};
    }
    content.insert(content.end(), block, block + got);
  }
}

Status write_file(const std::string& path, ByteView content, unsigned mode) {
  const std::string temporary = path + ".new";
  (void)unlink(temporary.c_str());  // what a power cut left has somebody's old mode
  Status written = write_new(temporary, content, mode);
  if (written && rename(temporary.c_str(), path.c_str()) != 0) written = failed("rename", path);
  if (!written) {
    (void)unlink(temporary.c_str());
    return written;
  }
  return sync_directory_of(path);
}

}  // namespace madoguchi
