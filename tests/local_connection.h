#pragma once
// A test as the client of a process that listens at a path of this machine.

#include <string>

#include <CppUTest/TestHarness.h>

#include "firmware/base/local_socket.h"

namespace madoguchi {

/// Connected, or the test fails. What is not answered in 30 s fails the test, it does not hang it.
/// The caller owns the descriptor.
inline int connect_to(const std::string& path) {
  const auto address = local_address(path);
  if (!address) FAIL(address.error().text().c_str());
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0);
  const timeval limit{30, 0};
  CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  return fd;
}

}  // namespace madoguchi
