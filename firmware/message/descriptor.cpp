#include "firmware/message/descriptor.h"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr std::size_t most_descriptors = 4;

union Control {
  cmsghdr header;  // for its alignment
  char bytes[CMSG_SPACE(most_descriptors * sizeof(int))];
};

bool is_packet_socket(int descriptor) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

}  // namespace

Result<int> connected_end(int descriptor) {
  if (!is_packet_socket(descriptor))
    return Error{Errc::invalid, std::to_string(descriptor), "is not a SOCK_SEQPACKET socket"};
  sockaddr_un other{};
  socklen_t size = sizeof other;
  const bool named = getpeername(descriptor, reinterpret_cast<sockaddr*>(&other), &size) == 0 &&
                     other.sun_family == AF_UNIX && size > offsetof(sockaddr_un, sun_path);
  if (!named) return descriptor;
  const Result<int> end = receive_descriptor(descriptor);
  close(descriptor);
  if (end && !is_packet_socket(*end)) {
    close(*end);
    return Error{Errc::invalid, std::to_string(descriptor), "hands over no SOCK_SEQPACKET socket"};
  }
  return end;
}

Status send_descriptor(int socket, int descriptor) {
  char mark = 1;
  iovec part{&mark, sizeof mark};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(sizeof descriptor);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  ssize_t n = 0;
  do {
    n = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return Error{Errc::gone, "descriptor.send", std::strerror(errno)};
  return {};
}

Result<int> receive_descriptor(int socket) {
  char mark = 0;
  iovec part{&mark, sizeof mark};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t n = 0;
  do {
    n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return Error{Errc::busy, "descriptor.receive", "nothing has come yet"};
  if (n <= 0)
    return Error{Errc::gone, "descriptor.receive",
                 n == 0 ? "the other process closed the socket" : std::strerror(errno)};
  int found = -1;
  std::size_t count = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < here; ++i) {
      int one = -1;
      std::memcpy(&one, CMSG_DATA(header) + i * sizeof one, sizeof one);
      if (count++ == 0) {
        found = one;
      } else {
        close(one);
      }
    }
  }
  if (count == 1) return found;
  if (found >= 0) close(found);
  return Error{Errc::protocol, "descriptor.receive", "not one descriptor in the packet"};
}

Status ask_for_descriptor(int socket) {
  const char mark = 1;
  if (send(socket, &mark, sizeof mark, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return Error{Errc::gone, "descriptor.ask", std::strerror(errno)};
  return {};
}

Status receive_question(int socket) {
  char mark = 0;
  const ssize_t n = recv(socket, &mark, sizeof mark, MSG_DONTWAIT);
  if (n > 0) return {};
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return Error{Errc::busy, "descriptor.question", "nothing has come yet"};
  return Error{Errc::gone, "descriptor.question",
               n == 0 ? "the other process closed the socket" : std::strerror(errno)};
}

}  // namespace madoguchi
