#include "firmware/apps/kioskd/control_port.h"

#include <cerrno>
#include <cstring>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"
#include "firmware/message/channel.h"

namespace madoguchi {

using namespace std::chrono_literals;
using control::Reason;
using control::Refused;

struct ControlPort::State {
  State(const asio::any_io_executor& executor, Timers& clock, int listening, ControlPolicy who)
      : loop(executor), timers(clock), listener(executor, listening), policy(who) {
    // A connection that is gone again before it is taken must not hold the loop.
    boost::system::error_code ignored;
    listener.native_non_blocking(true, ignored);
  }
  asio::any_io_executor loop;
  Timers& timers;
  asio::posix::stream_descriptor listener;
  ControlPolicy policy;
  std::array<Handler, std::variant_size_v<control::Command>> handlers;
  std::size_t clients = 0;
};

namespace {

// What a client gets to read why it was turned away, before the connection closes.
constexpr auto farewell = 1s;
// The loop must not spin when no connection can be taken (no descriptors left).
constexpr auto breath = 1s;

std::string_view tag_of(const control::Command& command) {
  return std::visit([](const auto& which) { return which.tag; }, command);
}

/// One connection.
struct Session {
  Session(std::shared_ptr<ControlPort::State> owner, int connection, ControlPeer who)
      : port(std::move(owner)),
        peer(std::move(who)),
        channel(port->loop, connection, {control::most_control_ask, control::most_control_told}) {
    ++port->clients;
  }
  ~Session() { --port->clients; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  std::shared_ptr<ControlPort::State> port;  // shared with all sessions of the port
  ControlPeer peer;
  Channel channel;
  Wakeup overflowed;  // the client does not read
  bool broken = false;

  void tell(std::int64_t id, bool last, control::Answer answer) {
    if (broken) return;
    control::Tell what{id, last, std::move(answer)};
    if (const Status sent = channel.send(what); !sent) {
      log("does not read: " + sent.error().what);
      broken = true;
      overflowed.notify();
    }
  }
  void log(const std::string& what) const {
    log_event(
        Event::control_event,
        {{"what", what}, {"uid", std::to_string(peer.uid)}, {"pid", std::to_string(peer.pid)}});
  }
};

/// Reads until the client closes, so that what it was told before is not lost with the close.
Task<void> until_gone(Session& session) {
  for (;;) {
    const Result<Bytes> more = co_await session.channel.receive();
    if (!more && more.error().code == Errc::gone) co_return;
  }
}

Task<void> turn_away(Session& session, std::int64_t id, Refused why) {
  session.log("turned away: " + why.what);
  session.tell(id, true, std::move(why));
  Task<void> gone = until_gone(session);
  (void)co_await (std::move(gone) || session.port->timers.sleep(farewell));
}

/// Until the client closes or says something out of turn; `spoke` tells which.
Task<void> until_it_speaks(Session& session, bool& spoke) {
  const Result<Bytes> more = co_await session.channel.receive();
  spoke = more.ok() || more.error().code != Errc::gone;
}

/// False when the connection is over.
Task<bool> answer(const std::shared_ptr<Session>& session, control::Ask ask) {
  session->log(std::string(tag_of(ask.command)));
  const ControlPort::Handler& handler = session->port->handlers[ask.command.index()];
  if (!handler) {
    const std::string what = "this kiosk has nothing that does " + std::string(tag_of(ask.command));
    session->tell(ask.id, true, Refused{Reason::unsupported, what});
    co_return !session->broken;
  }
  const std::int64_t id = ask.id;
  // A handler may keep this longer than the client stays.
  const std::weak_ptr<Session> client = session;
  ControlTell tell = [client, id](control::Answer what) {
    if (const auto there = client.lock()) there->tell(id, false, std::move(what));
  };
  std::optional<control::Answer> last;
  const auto handle = [](Task<control::Answer> inner,
                         std::optional<control::Answer>& out) -> Task<void> {
    out.emplace(co_await std::move(inner));
  };
  Task<control::Answer> work = handler(std::move(ask.command), std::move(tell));
  Task<void> handled = handle(std::move(work), last);
  bool spoke = false;
  Task<void> gone = until_it_speaks(*session, spoke);
  Task<void> unread = session->overflowed.wait();
  (void)co_await (std::move(handled) || std::move(gone) || std::move(unread));
  if (!last && spoke) {
    Refused hasty{Reason::protocol, "one command at a time on a connection"};
    co_await turn_away(*session, id, std::move(hasty));
  }
  if (!last) co_return false;
  session->tell(id, true, std::move(*last));
  co_return !session->broken;
}

Task<void> serve_client(std::shared_ptr<Session> session) {
  const std::shared_ptr<ControlPort::State> port = session->port;
  if (!may_control(session->peer, port->policy.own, port->policy.maintainers)) {
    Refused forbidden{Reason::forbidden, "only root and the group " +
                                             std::string(maintainers_group) + " may ask kioskd"};
    co_return co_await turn_away(*session, 0, std::move(forbidden));
  }
  if (port->clients > port->policy.most_clients) {
    Refused crowded{Reason::too_many, "kioskd already talks to " +
                                          std::to_string(port->policy.most_clients) + " clients"};
    co_return co_await turn_away(*session, 0, std::move(crowded));
  }
  for (;;) {
    Task<Result<Bytes>> next = session->channel.receive();
    const auto packet = co_await within(port->timers, port->policy.patience, std::move(next));
    if (!packet) {
      Refused silent{Reason::protocol, "nothing was asked"};
      co_return co_await turn_away(*session, 0, std::move(silent));
    }
    if (!*packet && packet->error().code == Errc::gone) co_return;
    Result<control::Ask> ask =
        *packet ? decode<control::Ask>(**packet) : Result<control::Ask>(packet->error());
    if (!ask || ask->id == 0) {
      Refused wrong{Reason::protocol, ask ? "an ask needs an id"
                                          : "no command of this kioskd: " + ask.error().text()};
      co_return co_await turn_away(*session, 0, std::move(wrong));
    }
    const bool goes_on = co_await answer(session, std::move(*ask));
    if (!goes_on) co_return;
  }
}

}  // namespace

ControlPort::ControlPort(const asio::any_io_executor& loop, Timers& timers, int listening,
                         ControlPolicy policy)
    : state_(std::make_shared<State>(loop, timers, listening, policy)) {}

ControlPort::~ControlPort() {
  boost::system::error_code ignored;
  state_->listener.close(ignored);
}

void ControlPort::handle(std::size_t which, Handler handler) {
  state_->handlers[which] = std::move(handler);
}

Task<void> ControlPort::listen() {
  const std::shared_ptr<State> state = state_;
  for (;;) {
    auto [error] = co_await state->listener.async_wait(asio::posix::stream_descriptor::wait_read,
                                                       as_tuple_await);
    if (error) co_return;  // closed
    const int connection = accept4(state->listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        log_event(Event::control_event,
                  {{"what", "no connection"}, {"error", std::strerror(errno)}});
        co_await state->timers.sleep(breath);
      }
      continue;
    }
    // More than can be answered, even to say so.
    if (state->clients >= 4 * state->policy.most_clients) {
      close(connection);
      continue;
    }
    Result<ControlPeer> peer = control_peer(connection);
    if (!peer) {
      log_event(Event::control_event, {{"what", "no peer"}, {"error", peer.error().text()}});
      close(connection);
      continue;
    }
    auto session = std::make_shared<Session>(state, connection, std::move(*peer));
    asio::co_spawn(state->loop, serve_client(std::move(session)), asio::detached);
  }
}

}  // namespace madoguchi
