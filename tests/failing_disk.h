#pragma once
// A disk that fills up or fails, below everything: this program's own write, fsync, ftruncate and
// fallocate stand before the C library's, for files in one folder. SQLite and our own file code run
// as they are. One thread.

#include <cstdint>
#include <string>

namespace madoguchi::test {

class FailingDisk {
 public:
  /// Everything in this folder lies on the disk, which is well and endless at first.
  explicit FailingDisk(std::string folder);
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  /// No more room than is in use now and so many bytes: ENOSPC.
  void fill_up(std::int64_t bytes_left = 0);
  /// The disk is full just before the nth write from now (1: the next).
  void fill_up_before_write(int n);
  /// Each write and fsync gives this errno (EIO, EROFS); 0: well again.
  void fail(int error);
  /// The same from the nth write on.
  void fail_before_write(int n, int error);
  /// Endless again.
  void make_room();

  [[nodiscard]] int writes() const { return writes_; }
  [[nodiscard]] std::int64_t used() const;

  // For the functions that stand before the C library's.
  static FailingDisk* of(int fd);
  /// The errno that a write up to this end of the file must give, or 0.
  int refuse_write(int fd, std::int64_t end);
  [[nodiscard]] int refuse_sync() const { return error_; }

 private:
  std::string folder_;
  std::int64_t capacity_ = -1;  // endless
  int fill_at_ = 0;
  int error_ = 0;
  int fail_at_ = 0;
  int later_error_ = 0;
  int writes_ = 0;
};

}  // namespace madoguchi::test
