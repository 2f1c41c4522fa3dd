// Loaded into kiosk-link by a test (LD_PRELOAD) and never shipped: the wall clock of a board whose
// battery is empty. It starts at 1970-01-01 and runs; the monotonic clock stays as it is.
#include <ctime>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

// Since the board woke.
timespec since_start() {
  timespec now{};
  (void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  static const time_t start = now.tv_sec;
  now.tv_sec -= start;
  return now;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
    return static_cast<int>(syscall(SYS_clock_gettime, clock, out));
  *out = since_start();
  return 0;
}

time_t time(time_t* out) noexcept {
  const time_t now = since_start().tv_sec;
  if (out != nullptr) *out = now;
  return now;
}

int gettimeofday(timeval* out, void*) noexcept {
  const timespec now = since_start();
  *out = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

}  // extern "C"
