// kioskd's wall clock, which may run faster than the world's: MADOGUCHI_CLOCK_RATE=30. Time that is
// waited for (the monotonic clock) passes as ever.

#include <cstdlib>
#include <ctime>

#include <dlfcn.h>

#include "tools/campaign.d/preload/fault_order.h"

namespace madoguchi::campaign {
namespace {

constexpr long nanoseconds = 1'000'000'000;

using ReadClock = int (*)(clockid_t, timespec*);

ReadClock system_clock() {
  static const auto it = reinterpret_cast<ReadClock>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return it;
}

long rate() {
  static const char* const text = std::getenv("MADOGUCHI_CLOCK_RATE");
  static const long it = text == nullptr ? 1 : std::strtol(text, nullptr, 10);
  return it;
}

/// As many times further from the first look at the clock.
void hasten(timespec& now) {
  static const timespec first = now;
  const long long passed =
      ((now.tv_sec - first.tv_sec) * nanoseconds + now.tv_nsec - first.tv_nsec) * rate() +
      first.tv_nsec;
  now.tv_sec = first.tv_sec + passed / nanoseconds;
  now.tv_nsec = passed % nanoseconds;
}

}  // namespace
}  // namespace madoguchi::campaign

// NOLINTNEXTLINE(readability-identifier-naming): the C library's name.
extern "C" int clock_gettime(clockid_t clock, timespec* now) {
  using namespace madoguchi::campaign;
  const int code = system_clock()(clock, now);
  if (code == 0 && clock == CLOCK_REALTIME && rate() > 1 && is_under_test()) hasten(*now);
  return code;
}
