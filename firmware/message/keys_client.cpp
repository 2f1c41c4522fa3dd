#include "firmware/message/keys_client.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/local_socket.h"
#include "firmware/message/framing.h"

namespace madoguchi {
namespace {

using Clock = std::chrono::steady_clock;

Error keys_error(Errc code, std::string what) { return {code, "keys", std::move(what)}; }

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

/// The Errc with this name; what another release calls its own is a breach of the protocol.
Errc code_named(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(Errc::integrity); ++code) {
    if (name_of(static_cast<Errc>(code)) == name) return static_cast<Errc>(code);
  }
  return Errc::protocol;
}

Status connect_to(const std::string& path, int fd) {
  const auto address = local_address(path);
  if (!address) return address.error();
  if (connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0) return {};
  const int number = errno;
  return keys_error(number == EAGAIN ? Errc::busy : Errc::gone,
                    "kiosk-keys cannot be reached at " + path + ": " + std::strerror(number));
}

Status wait_for(int fd, short what, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd poll_fd{fd, what, 0};
    const auto wait = std::clamp<std::int64_t>(left.count(), 0, 3'600'000);
    const int ready = poll(&poll_fd, 1, static_cast<int>(wait));
    if (ready > 0) return {};
    if (ready == 0) return keys_error(Errc::timeout, "kiosk-keys does not answer in time");
    if (errno != EINTR) return keys_error(Errc::io, std::strerror(errno));
  }
}

Status send_all(int fd, const Bytes& message, Clock::time_point deadline) {
  const auto packets = to_packets(message);
  if (!packets) return packets.error();
  for (const Bytes& packet : *packets) {
    if (Status ready = wait_for(fd, POLLOUT, deadline); !ready) return ready;
    if (::send(fd, packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
      return keys_error(Errc::gone, std::string("kiosk-keys hung up: ") + std::strerror(errno));
  }
  return {};
}

Result<Bytes> receive_all(int fd, Clock::time_point deadline) {
  Reassembler reassembler;
  Bytes packet(max_packet + 1);
  for (;;) {
    if (Status ready = wait_for(fd, POLLIN, deadline); !ready) return ready.error();
    const ssize_t size = ::recv(fd, packet.data(), packet.size(), MSG_DONTWAIT);
    if (size <= 0) return keys_error(Errc::gone, "kiosk-keys hung up without an answer");
    auto whole = reassembler.add(ByteView(packet).first(static_cast<std::size_t>(size)));
    if (!whole) return whole.error();
    if (*whole) return std::move(**whole);
  }
}

}  // namespace

Result<FromKeys> KeysClient::ask(const ToKeys& question, std::chrono::milliseconds patience) const {
  const auto deadline = Clock::now() + patience;
  const Descriptor socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.fd < 0) return keys_error(Errc::full, std::strerror(errno));
  if (Status connected = connect_to(socket_, socket.fd); !connected) return connected.error();
  if (Status sent = send_all(socket.fd, encode(question), deadline); !sent) return sent.error();
  const auto answer = receive_all(socket.fd, deadline);
  if (!answer) return answer.error();
  return decode<FromKeys>(*answer);
}

template <class Answer>
Result<Answer> KeysClient::expect(const ToKeys& question,
                                  std::chrono::milliseconds patience) const {
  auto answer = ask(question, patience);
  if (!answer) return answer.error();
  if (auto* right = std::get_if<Answer>(&*answer)) return std::move(*right);
  if (const auto* refused = std::get_if<KeysRefused>(&*answer))
    return keys_error(code_named(refused->code), refused->what);
  return keys_error(Errc::protocol, "kiosk-keys answered another question");
}

Result<Bytes> KeysClient::make() const {
  auto half = expect<KeyHalf>(KeyMake{}, key_making_patience);
  if (!half) return half.error();
  return std::move(half->point);
}

Result<Bytes> KeysClient::public_half() const {
  auto half = expect<KeyHalf>(KeyPublic{}, key_patience);
  if (!half) return half.error();
  return std::move(half->point);
}

Result<Bytes> KeysClient::sign(ByteView digest) const {
  auto made = expect<KeySignature>(KeySign{to_bytes(digest)}, key_patience);
  if (!made) return made.error();
  if (made->signature.size() != keys::signature_size)
    return keys_error(Errc::protocol, "kiosk-keys gave a signature of another size");
  return std::move(made->signature);
}

Result<KeysState> KeysClient::state() const { return expect<KeysState>(KeysAsk{}, key_patience); }

Result<std::int64_t> KeysClient::counter() const {
  const auto value = expect<CounterValue>(CounterRead{}, key_patience);
  if (!value) return value.error();
  return value->value;
}

Result<std::int64_t> KeysClient::raise(std::int64_t to) const {
  const auto value = expect<CounterValue>(CounterRaise{to}, key_making_patience);
  if (!value) return value.error();
  return value->value;
}

Status KeysClient::erase() const {
  const auto erased = expect<KeysErased>(KeysErase{}, key_making_patience);
  if (!erased) return erased.error();
  return {};
}

}  // namespace madoguchi
