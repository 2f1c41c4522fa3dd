#include "tests/failing_disk.h"

#include <cerrno>
#include <climits>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace madoguchi::test {
namespace {

FailingDisk* mounted = nullptr;

}  // namespace

FailingDisk::FailingDisk(std::string folder)
    : folder_(std::filesystem::canonical(folder).string() + "/") {
  mounted = this;
}
FailingDisk::~FailingDisk() { mounted = nullptr; }

FailingDisk* FailingDisk::of(int fd) {
  if (mounted == nullptr) return nullptr;
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  const std::string_view found(path, size < 0 ? 0 : static_cast<std::size_t>(size));
  return found.starts_with(mounted->folder_) ? mounted : nullptr;
}

std::int64_t FailingDisk::used() const {
  std::int64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_))
    bytes += static_cast<std::int64_t>(file.file_size());
  return bytes;
}

void FailingDisk::fill_up(std::int64_t bytes_left) { capacity_ = used() + bytes_left; }
void FailingDisk::fill_up_before_write(int n) { fill_at_ = writes_ + n; }
void FailingDisk::fail(int error) {
  error_ = error;
  fail_at_ = 0;
}
void FailingDisk::fail_before_write(int n, int error) {
  fail_at_ = writes_ + n;
  later_error_ = error;
}
void FailingDisk::make_room() {
  capacity_ = -1;
  fill_at_ = 0;
}

int FailingDisk::refuse_write(int fd, std::int64_t end) {
  ++writes_;
  if (fail_at_ != 0 && writes_ >= fail_at_) error_ = later_error_;
  if (error_ != 0) return error_;
  if (fill_at_ != 0 && writes_ >= fill_at_ && capacity_ < 0) fill_up();
  struct stat found{};
  (void)fstat(fd, &found);
  const std::int64_t growth = end - found.st_size;
  return capacity_ >= 0 && growth > 0 && used() + growth > capacity_ ? ENOSPC : 0;
}

}  // namespace madoguchi::test

namespace {

using madoguchi::test::FailingDisk;

/// Whether the call must fail; then errno is set.
bool refused(int error) {
  if (error != 0) errno = error;
  return error != 0;
}

bool write_refused(int fd, std::int64_t end) {
  FailingDisk* disk = FailingDisk::of(fd);
  return disk != nullptr && refused(disk->refuse_write(fd, end));
}

bool sync_refused(int fd) {
  const FailingDisk* disk = FailingDisk::of(fd);
  return disk != nullptr && refused(disk->refuse_sync());
}

}  // namespace

// The names by which SQLite and we call them. They reach the kernel by syscall(), since the C
// library's own are hidden behind these.
extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  // Files only: everything that is written here by write() is written at the end.
  struct stat found{};
  if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) &&
      write_refused(fd, found.st_size + static_cast<std::int64_t>(size)))
    return -1;
  return syscall(SYS_write, fd, data, size);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  if (write_refused(fd, at + static_cast<std::int64_t>(size))) return -1;
  return syscall(SYS_pwrite64, fd, data, size, at);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return pwrite64(fd, data, size, at);
}

int fallocate64(int fd, int mode, off64_t at, off64_t size) {
  if (write_refused(fd, at + size)) return -1;
  return static_cast<int>(syscall(SYS_fallocate, fd, mode, at, size));
}

int posix_fallocate64(int fd, off64_t at, off64_t size) {
  if (write_refused(fd, at + size)) return errno;
  return syscall(SYS_fallocate, fd, 0, at, size) == 0 ? 0 : errno;
}

int posix_fallocate(int fd, off_t at, off_t size) { return posix_fallocate64(fd, at, size); }

int ftruncate64(int fd, off64_t size) {
  if (sync_refused(fd)) return -1;
  return static_cast<int>(syscall(SYS_ftruncate, fd, size));
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int fsync(int fd) { return sync_refused(fd) ? -1 : static_cast<int>(syscall(SYS_fsync, fd)); }

int fdatasync(int fd) {
  return sync_refused(fd) ? -1 : static_cast<int>(syscall(SYS_fdatasync, fd));
}
}
