#include "firmware/keys/key_door.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/local_socket.h"
#include "firmware/base/log.h"
#include "firmware/message/channel.h"

namespace madoguchi {
namespace {

std::optional<KeyAsker> asker_of(int fd, const KeyDoorUsers& users) {
  const auto peer = local_peer(fd);
  if (!peer) return std::nullopt;
  const KeyAsker asker{peer->uid == users.link, peer->uid == users.kioskd};
  if (asker.is_link || asker.is_kioskd) return asker;
  log_event(Event::key_refused, {{"what", "connection"}, {"user", std::to_string(peer->uid)}});
  return std::nullopt;
}

}  // namespace

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
