#include "tools/kioskctl/control_client.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/local_socket.h"

namespace madoguchi::kioskctl {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// How often a kiosk that restarts is knocked at, and for how long an answer may be under way.
constexpr auto knock_every = 200ms;
constexpr auto packets_follow = 5;  // seconds

int exit_code_of(control::Reason reason) {
  switch (reason) {
    case control::Reason::forbidden:
      return not_allowed;
    case control::Reason::busy:
    case control::Reason::too_many:
      return busy;
    case control::Reason::invalid:
      return wrong_use;
    default:
      return not_done;
  }
}

int exit_code_of(const Error& error) {
  switch (error.code) {
    case Errc::refused:
      return not_allowed;
    case Errc::invalid:
      return wrong_use;
    case Errc::timeout:
      return no_answer;
    default:
      return not_reached;
  }
}

int tell(const Error& error) {
  (void)std::fprintf(stderr, "kioskctl: %s: %s\n", error.where.c_str(), error.what.c_str());
  return exit_code_of(error);
}

int tell(const control::Refused& refused) {
  (void)std::fprintf(stderr, "kioskctl: %s\n", refused.what.c_str());
  return exit_code_of(refused.reason);
}

}  // namespace

Result<ControlClient> ControlClient::connect(const std::string& path) {
  const auto address = local_address(path);
  if (!address) return address.error();
  const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (socket < 0) return Error{Errc::io, path, std::strerror(errno)};
  timeval limit{packets_follow, 0};
  (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0)
    return ControlClient(socket);
  const int why = errno;
  close(socket);
  if (why == EACCES || why == EPERM)
    return Error{Errc::refused, path,
                 "this user may not speak to kioskd: only root and the group kiosk-maintain may"};
  if (why == ENOENT || why == ECONNREFUSED)
    return Error{Errc::gone, path, "no kioskd listens here"};
  return Error{Errc::gone, path, std::strerror(why)};
}

Result<control::Tell> ControlClient::next(std::chrono::milliseconds patience) {
  pollfd waited{channel_->fd(), POLLIN, 0};
  const auto deadline = Clock::now() + patience;
  for (;;) {
    int wait_ms = -1;
    if (patience.count() > 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      wait_ms = left.count() > 0 ? static_cast<int>(left.count()) : 0;
    }
    const int ready = poll(&waited, 1, wait_ms);
    if (ready > 0) break;
    if (ready == 0) return Error{Errc::timeout, "kioskd", "has not answered in time"};
    if (errno != EINTR) return Error{Errc::gone, "kioskd", std::strerror(errno)};
  }
  const Result<Bytes> bytes = channel_->receive();
  if (!bytes) return Error{Errc::gone, "kioskd", "has closed the connection"};
  return decode<control::Tell>(*bytes);
}

Result<control::Answer> ControlClient::ask(control::Command command,
                                           std::chrono::milliseconds patience, const Told& told) {
  // A kioskd that has no room for this client says so and closes: its word still waits to be read.
  const Status sent = channel_->send(encode(control::Ask{++id_, std::move(command)}));
  for (;;) {
    Result<control::Tell> tell = next(patience);
    if (!tell && !sent) return sent.error();
    if (!tell) return tell.error();
    if (tell->id != id_ && tell->id != 0)
      return Error{Errc::protocol, "kioskd", "has answered another command"};
    if (tell->last) return std::move(tell->answer);
    if (told && !told(tell->answer)) return Error{Errc::cancelled, "kioskctl", "is done"};
  }
}

std::optional<control::Answer> ask_kiosk(const std::string& socket, control::Command command,
                                         std::chrono::milliseconds patience, int& code,
                                         const Told& told) {
  Result<ControlClient> client = ControlClient::connect(socket);
  Result<control::Answer> answer = client ? client->ask(std::move(command), patience, told)
                                          : Result<control::Answer>(client.error());
  if (!answer) {
    code = tell(answer.error());
    return std::nullopt;
  }
  if (const auto* refused = std::get_if<control::Refused>(&*answer)) {
    code = tell(*refused);
    return std::nullopt;
  }
  return std::move(*answer);
}

int watch_kiosk(const std::string& socket, const control::Command& command,
                std::chrono::milliseconds patience, const Told& told) {
  bool connected_before = false;
  auto lost = Clock::now();
  for (;;) {
    Result<ControlClient> client = ControlClient::connect(socket);
    if (!client) {
      const bool waits = connected_before && client.error().code == Errc::gone;
      if (!waits || Clock::now() - lost > patience) return tell(client.error());
      std::this_thread::sleep_for(knock_every);
      continue;
    }
    connected_before = true;
    const Result<control::Answer> last = client->ask(command, 0ms, told);
    if (!last && last.error().code == Errc::cancelled) return all_well;
    if (last) {
      if (const auto* refused = std::get_if<control::Refused>(&*last)) return tell(*refused);
      (void)told(*last);
      return all_well;
    }
    if (last.error().code != Errc::gone) return tell(last.error());
    (void)std::fprintf(stderr, "kioskctl: kioskd is gone; waiting for it to come back\n");
    lost = Clock::now();
  }
}

}  // namespace madoguchi::kioskctl
