#include "firmware/keys/key_door.h"

#include <cerrno>
#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/message/channel.h"

namespace madoguchi {
namespace {

constexpr int backlog = 16;

std::optional<KeyAsker> asker_of(int fd, const KeyDoorUsers& users) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  const KeyAsker asker{peer.uid == users.link, peer.uid == users.kioskd};
  if (asker.is_link || asker.is_kioskd) return asker;
  log_event(Event::key_refused, {{"what", "connection"}, {"user", std::to_string(peer.uid)}});
  return std::nullopt;
}

}  // namespace

Result<int> listen_at(const std::string& path) {
  const auto failed = [&path] {
    return Error{Errc::io, "keys.listen", path + ": " + std::strerror(errno)};
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return Error{Errc::invalid, "keys.listen", "the path of the socket is empty or too long"};
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed();
  (void)::unlink(path.c_str());
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0666) != 0 || ::listen(fd, backlog) != 0) {
    const Error error = failed();
    ::close(fd);
    return error;
  }
  return fd;
}

bool is_listening(int fd) {
  int type = 0;
  int listens = 0;
  socklen_t size = sizeof type;
  socklen_t other = sizeof listens;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET &&
         getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &other) == 0 && listens == 1;
}

KeyDoor::KeyDoor(Timers& timers, KeyDesk& desk, int listening, KeyDoorUsers users)
    : timers_(timers), desk_(desk), listening_(listening), users_(users) {}

KeyDoor::~KeyDoor() { ::close(listening_); }

Task<void> KeyDoor::run() {
  const auto loop = co_await asio::this_coro::executor;
  const int own = ::dup(listening_);
  asio::posix::stream_descriptor door(loop, own);
  for (;;) {
    auto [error] =
        co_await door.async_wait(asio::posix::stream_descriptor::wait_read, as_tuple_await);
    if (error) throw boost::system::system_error(error);
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const auto asker = asker_of(fd, users_);
    if (!asker || *open_ >= most_connections) {
      ::close(fd);
      continue;
    }
    asio::co_spawn(loop, serve(fd, *asker), asio::detached);
  }
}

Task<void> KeyDoor::serve(int fd, KeyAsker asker) {
  const struct Open {
    explicit Open(std::shared_ptr<std::size_t> of) : count(std::move(of)) { ++*count; }
    ~Open() { --*count; }
    std::shared_ptr<std::size_t> count;
  } open(open_);
  Channel channel(co_await asio::this_coro::executor, fd);
  for (;;) {
    const auto question = co_await within(timers_, idle, channel.receive_as<ToKeys>());
    if (!question) co_return;
    if (!*question) {
      if (question->error().code != Errc::gone)
        log_event(Event::message_refused, {{"why", question->error().text()}});
      co_return;
    }
    ToKeys asked = **question;
    const FromKeys answer = co_await desk_.answer(asker, std::move(asked));
    if (Status sent = channel.send(answer); !sent) co_return;
  }
}

}  // namespace madoguchi
