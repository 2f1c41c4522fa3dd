#include "firmware/link/relay_pump.h"

#include <variant>
#include <vector>

#include <boost/asio/generic/seq_packet_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/link/connect.h"
#include "firmware/link/server_url.h"
#include "firmware/link/tls_handshake.h"
#include "firmware/link/tls_policy.h"
#include "firmware/link/tls_stream.h"
#include "firmware/message/descriptor.h"

namespace madoguchi {
namespace {

using Tcp = asio::ip::tcp;
using ChannelSocket = asio::generic::seq_packet_protocol::socket;

constexpr int no_wait_at_once = 1;
// What may wait in the kernel on each side. More would be seconds of old pictures on a narrow line,
// and kiosk-call would learn too late that it is narrow.
constexpr int most_unsent = 32 << 10;
constexpr int most_unread = 64 << 10;

// What passes between the two ends of one connection.
struct Passage {
  Timers::Monotonic last;
  std::uint64_t out = 0;
  std::uint64_t in = 0;
};

// Reads some, writes all, and reads again: the slower end holds up the other.
template <class From, class To>
Task<void> carry(Timers& timers, From& from, To& to, std::size_t size, Passage& passage,
                 std::uint64_t& count) {
  std::vector<std::uint8_t> buffer(size);
  for (;;) {
    auto [read_error, read] = co_await from.async_read_some(asio::buffer(buffer), as_tuple_await);
    if (read_error) co_return;
    passage.last = timers.now();
    auto [write_error, written] =
        co_await asio::async_write(to, asio::buffer(buffer.data(), read), as_tuple_await);
    if (write_error) co_return;
    count += written;
    passage.last = timers.now();
  }
}

Task<void> wait_for_idleness(Timers& timers, const Passage& passage, Timers::Duration idle) {
  for (;;) {
    const auto left = std::chrono::ceil<Timers::Duration>(passage.last + idle - timers.now());
    if (left <= Timers::Duration::zero()) co_return;
    co_await timers.sleep(left);
  }
}

class Pump final : public RelayPump {
 public:
  Pump(Timers& timers, ServerUrl front, std::unique_ptr<TlsPolicy> policy, Random random,
       RelayPumpSettings settings)
      : timers_(timers),
        front_(std::move(front)),
        policy_(std::move(policy)),
        random_(std::move(random)),
        settings_(settings) {}

  Task<void> run(int channel) override;
  [[nodiscard]] Carried carried() const override { return carried_; }

 private:
  Task<void> serve(Tcp::acceptor& acceptor);
  Task<Status> pump(Tcp::socket& inner);
  void went_wrong(const Error& why);

  Timers& timers_;
  ServerUrl front_;
  std::unique_ptr<TlsPolicy> policy_;
  Random random_;
  RelayPumpSettings settings_;
  Carried carried_;
  int failures_ = 0;  // in a row
};

Task<Result<int>> take_descriptor(ChannelSocket& socket) {
  auto [error] = co_await socket.async_wait(ChannelSocket::wait_read, as_tuple_await);
  if (error) co_return Error{Errc::gone, "relay", error.message()};
  co_return receive_descriptor(socket.native_handle());
}

// The kernel's name of a socket, the same for each descriptor of it.
std::uint64_t cookie_of(int socket) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  (void)getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &size);
  return cookie;
}

// Until another listening socket has come than the one that is served.
Task<Result<int>> take_another(ChannelSocket& socket, int served) {
  for (;;) {
    const Result<int> listener = co_await take_descriptor(socket);
    if (!listener || cookie_of(*listener) != cookie_of(served)) co_return listener;
    close(*listener);
  }
}

Task<void> Pump::run(int channel) {
  const auto loop = co_await asio::this_coro::executor;
  ChannelSocket socket(loop, asio::generic::seq_packet_protocol(AF_UNIX, 0), channel);
  (void)ask_for_descriptor(channel);  // if that fails, waiting for the answer says why
  Result<int> listener = co_await take_descriptor(socket);
  if (!listener) log_event(Event::relay_failed, {{"why", listener.error().text()}});
  while (listener) {
    boost::system::error_code error;
    Tcp::acceptor acceptor(loop);
    acceptor.assign(Tcp::v4(), *listener, error);
    if (error) {
      close(*listener);
      log_event(Event::relay_failed, {{"why", error.message()}});
      co_return;
    }
    // Each carries one connection at a time: one call needs one, a call that begins again two.
    std::variant<std::monostate, Result<int>> next =
        co_await ((serve(acceptor) && serve(acceptor) && serve(acceptor) && serve(acceptor)) ||
                  take_another(socket, acceptor.native_handle()));
    listener = std::get<Result<int>>(next);
  }
}

// After a failure the next connection waits in the listener's queue, so that a call that begins
// again and again does not ring at the front each time.
Task<void> Pump::serve(Tcp::acceptor& acceptor) {
  for (;;) {
    if (failures_ > 0) co_await timers_.sleep(settings_.back_off.pause(failures_, random_()));
    auto [error, inner] = co_await acceptor.async_accept(as_tuple_await);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) {
      went_wrong({Errc::io, "relay", error.message()});
      continue;
    }
    const Status pumped = co_await pump(inner);
    if (!pumped) went_wrong(pumped.error());
  }
}

Task<Status> Pump::pump(Tcp::socket& inner) {
  boost::system::error_code ignored;
  inner.set_option(Tcp::no_delay(no_wait_at_once), ignored);
  inner.set_option(asio::socket_base::receive_buffer_size(most_unread), ignored);
  const Timers::Monotonic until = timers_.now() + settings_.patience;
  auto outer = co_await connect_tcp(timers_, front_, settings_.patience);
  // A front that is being started again is not there for a moment; a call that is told so waits for
  // 20 s before it gives up.
  for (int tries = 1; !outer; ++tries) {
    const Timers::Duration pause = settings_.back_off.pause(tries, random_());
    if (timers_.now() + pause >= until) co_return outer.error();
    co_await timers_.sleep(pause);
    outer = co_await connect_tcp(timers_, front_, settings_.patience);
  }
  (void)setsockopt(outer->native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most_unsent,
                   sizeof most_unsent);
  TlsStream tls(std::move(*outer), *policy_, ServerName{front_.host, front_.is_address},
                {timers_.wall(), timers_.now()});
  const auto shake = [](TlsStream& stream, TlsPolicy& policy) -> Task<bool> {
    const auto error = co_await shake_hands(stream, policy);
    co_return !error;
  };
  const auto left = std::chrono::ceil<Timers::Duration>(until - timers_.now());
  const std::optional<bool> shaken =
      co_await within(timers_, std::max(left, Timers::Duration(1)), shake(tls, *policy_));
  if (!shaken) co_return Error{Errc::timeout, "relay", front_.authority() + ": no TLS in time"};
  if (!*shaken)
    co_return tls.session().failure().value_or(Error{Errc::gone, "relay", "the front is gone"});

  Passage passage{timers_.now()};
  const Timers::Monotonic began = passage.last;
  (void)co_await (carry(timers_, inner, tls, settings_.buffer, passage, passage.out) ||
                  carry(timers_, tls, inner, settings_.buffer, passage, passage.in) ||
                  wait_for_idleness(timers_, passage, settings_.idle));
  tls.session().close_notify();
  carried_.out += passage.out;
  carried_.in += passage.in;
  const auto seconds = (timers_.now() - began) / std::chrono::seconds(1);
  log_event(Event::relay_carried, {{"out", std::to_string(passage.out)},
                                   {"in", std::to_string(passage.in)},
                                   {"seconds", std::to_string(seconds)}});
  // TLS 1.3: whether the front accepts this kiosk shows only in what comes back.
  if (passage.in == 0)
    co_return tls.session().failure().value_or(
        Error{Errc::gone, "relay", "the front says nothing"});
  failures_ = 0;
  co_return Status{};
}

void Pump::went_wrong(const Error& why) {
  ++failures_;
  log_event(Event::relay_failed, {{"why", why.text()}});
}

}  // namespace

Result<std::unique_ptr<RelayPump>> RelayPump::create(Timers& timers, RelayFront front,
                                                     Random random, RelayPumpSettings settings) {
  auto url = parse_server_url("https://" + front.address);
  if (!url) return url.error();
  auto policy = TlsPolicy::create(front.tls, front.trust);
  if (!policy) return policy.error();
  return std::unique_ptr<RelayPump>(std::make_unique<Pump>(
      timers, std::move(*url), std::move(*policy), std::move(random), settings));
}

}  // namespace madoguchi
