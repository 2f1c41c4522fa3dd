// Loaded into kiosk-link by a test (LD_PRELOAD) and never shipped: the power fails just before the
// Nth step that changes a file, N in MADOGUCHI_CUT_AT.
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

void step() {
  static const char* const text = std::getenv("MADOGUCHI_CUT_AT");
  static long left = text == nullptr ? -1 : std::atol(text);
  if (left > 0 && --left == 0) (void)::kill(::getpid(), SIGKILL);
}

}  // namespace

extern "C" {

int fsync(int fd) {
  step();
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

int rename(const char* from, const char* to) noexcept {
  step();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int unlink(const char* path) noexcept {
  step();
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

}  // extern "C"
