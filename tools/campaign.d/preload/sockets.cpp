// The messages of kioskd: every send and every receipt on one of its sockets is a point.
//
// These are the C library's own names: whoever calls them in this process, asio, libcups or
// pcsc-lite, calls these.

#include <cstring>
#include <vector>

#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tools/campaign.d/preload/fault_order.h"

namespace madoguchi::campaign {
namespace {

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// The peer at the other end; empty when the descriptor is none of the kiosk's wires.
std::string peer_of(int fd) {
  if (!is_under_test()) return {};
  int domain = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) return {};
  if (domain == AF_UNIX) {
    std::string pair = peer_named("#" + std::to_string(fd));
    return pair.empty() ? "card" : pair;  // pcscd listens on a Unix socket
  }
  sockaddr_in address{};
  size = sizeof address;
  if (domain != AF_INET || ::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return {};
  return peer_named(":" + std::to_string(ntohs(address.sin_port)));
}

std::string bytes_in(std::size_t size) { return std::to_string(size) + " bytes"; }

/// Before a send: dies here, or tells that half of it shall go out, or that it dies afterwards.
Deed before_sending(int fd, std::size_t size) {
  const std::string peer = peer_of(fd);
  if (peer.empty()) return Deed::none;
  const Deed deed = reach("send." + peer, bytes_in(size));
  if (deed == Deed::die_before) die();
  return deed;
}

template <class Call, class Half>
ssize_t sending(int fd, std::size_t size, Call call, Half half) {
  const Deed deed = before_sending(fd, size);
  if (deed == Deed::tear) {
    half(size / 2);
    die();
  }
  const ssize_t sent = call();
  if (deed == Deed::die_after) die();
  return sent;
}

ssize_t received(int fd, ssize_t size) {
  if (size <= 0) return size;
  const std::string peer = peer_of(fd);
  if (!peer.empty() &&
      reach("recv." + peer, bytes_in(static_cast<std::size_t>(size))) != Deed::none)
    die();
  return size;
}

std::vector<char> flat(const iovec* parts, std::size_t count) {
  std::vector<char> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* begin = static_cast<const char*>(parts[i].iov_base);
    bytes.insert(bytes.end(), begin, begin + parts[i].iov_len);
  }
  return bytes;
}

}  // namespace
}  // namespace madoguchi::campaign

using namespace madoguchi::campaign;

// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier): the C library's names.
extern "C" {

ssize_t send(int fd, const void* data, size_t size, int flags) {
  static auto* const real = next<decltype(send)>("send");
  return sending(
      fd, size, [&] { return real(fd, data, size, flags); },
      [&](size_t half) { return real(fd, data, half, flags); });
}

ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
  static auto* const real = next<decltype(sendto)>("sendto");
  return sending(
      fd, size, [&] { return real(fd, data, size, flags, to, to_size); },
      [&](size_t half) { return real(fd, data, half, flags, to, to_size); });
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static auto* const real = next<decltype(sendmsg)>("sendmsg");
  static auto* const plain = next<decltype(send)>("send");
  const std::vector<char> bytes = flat(message->msg_iov, message->msg_iovlen);
  return sending(
      fd, bytes.size(), [&] { return real(fd, message, flags); },
      [&](size_t half) { return plain(fd, bytes.data(), half, flags); });
}

ssize_t write(int fd, const void* data, size_t size) {
  static auto* const real = next<decltype(write)>("write");
  return sending(
      fd, size, [&] { return real(fd, data, size); },
      [&](size_t half) { return real(fd, data, half); });
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const real = next<decltype(writev)>("writev");
  static auto* const plain = next<decltype(write)>("write");
  const std::vector<char> bytes = flat(parts, static_cast<size_t>(count));
  return sending(
      fd, bytes.size(), [&] { return real(fd, parts, count); },
      [&](size_t half) { return plain(fd, bytes.data(), half); });
}

ssize_t recv(int fd, void* data, size_t size, int flags) {
  static auto* const real = next<decltype(recv)>("recv");
  const ssize_t got = real(fd, data, size, flags);
  return (flags & MSG_PEEK) != 0 ? got : received(fd, got);
}

ssize_t recvfrom(int fd, void* data, size_t size, int flags, sockaddr* from, socklen_t* from_size) {
  static auto* const real = next<decltype(recvfrom)>("recvfrom");
  const ssize_t got = real(fd, data, size, flags, from, from_size);
  return (flags & MSG_PEEK) != 0 ? got : received(fd, got);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static auto* const real = next<decltype(recvmsg)>("recvmsg");
  const ssize_t got = real(fd, message, flags);
  return (flags & MSG_PEEK) != 0 ? got : received(fd, got);
}

ssize_t read(int fd, void* data, size_t size) {
  static auto* const real = next<decltype(read)>("read");
  return received(fd, real(fd, data, size));
}

ssize_t readv(int fd, const iovec* parts, int count) {
  static auto* const real = next<decltype(readv)>("readv");
  return received(fd, real(fd, parts, count));
}

// What _FORTIFY_SOURCE makes of recv and read in libraries.
ssize_t __recv_chk(int fd, void* data, size_t size, size_t room, int flags) {
  return size <= room ? recv(fd, data, size, flags) : -1;
}
ssize_t __read_chk(int fd, void* data, size_t size, size_t room) {
  return size <= room ? read(fd, data, size) : -1;
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)
