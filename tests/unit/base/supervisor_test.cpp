// What the supervisor hears, on a real datagram socket.
#include "firmware/base/supervisor.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include <CppUTest/TestHarness.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/timers.h"

using namespace madoguchi;

TEST_GROUP(Supervisor) {
  int socket_ = -1;

  void setup() override {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "madoguchi-supervisor-test-" + std::to_string(getpid());
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    LONGS_EQUAL(0, ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size));
    ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
  }
  void teardown() override {
    ::close(socket_);
    for (const char* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
      ::unsetenv(name);
  }
  /// The next message; empty when there is none.
  std::string heard() {
    char text[256];
    const ssize_t size = ::recv(socket_, text, sizeof text, 0);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
  }
  void watched_for(const char* microseconds) {
    ::setenv("WATCHDOG_USEC", microseconds, 1);
    ::setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  }
};

TEST(Supervisor, hears_what_is_told) {
  tell_supervisor("READY=1");
  STRCMP_EQUAL("READY=1", heard().c_str());
}

TEST(Supervisor, without_one_nothing_happens) {
  ::unsetenv("NOTIFY_SOCKET");
  tell_supervisor("READY=1");
  STRCMP_EQUAL("", heard().c_str());
}

TEST(Supervisor, the_pace_is_half_of_what_it_waits) {
  CHECK_FALSE(watchdog_pace().has_value());
  watched_for("30000000");
  LONGS_EQUAL(15'000, watchdog_pace()->count());
  watched_for("soon");
  CHECK_FALSE(watchdog_pace().has_value());
}

TEST(Supervisor, who_watches_another_process_does_not_watch_this_one) {
  watched_for("30000000");
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(watchdog_pace().has_value());
}

TEST(Supervisor, a_loop_that_turns_is_alive) {
  watched_for("30000000");
  VirtualTimers timers{VirtualTimers::Wall{}};  // outlives the coroutine that waits for it
  asio::io_context loop{1};
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  loop.poll();
  STRCMP_EQUAL("READY=1", heard().c_str());
  STRCMP_EQUAL("WATCHDOG=1", heard().c_str());
  timers.advance(std::chrono::seconds(14));
  loop.poll();
  STRCMP_EQUAL("", heard().c_str());
  timers.advance(std::chrono::seconds(1));
  loop.poll();
  STRCMP_EQUAL("WATCHDOG=1", heard().c_str());
}
