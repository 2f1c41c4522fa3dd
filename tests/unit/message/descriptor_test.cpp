#include "firmware/message/descriptor.h"

#include <cstring>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace madoguchi;

TEST_GROUP(Descriptor) {
  void setup() override { socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends); }
  void teardown() override {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  // A packet with so many descriptors, as a process that is out of its mind might send it.
  void send_packet(std::size_t count) {
    char mark = 1;
    iovec part{&mark, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (count > 0) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(count * sizeof(int));
      cmsghdr* const header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(count * sizeof(int));
      for (std::size_t i = 0; i < count; ++i)
        std::memcpy(CMSG_DATA(header) + i * sizeof(int), &ends[0], sizeof(int));
    }
    CHECK_EQUAL(1, sendmsg(ends[0], &message, 0));
  }
  int ends[2] = {-1, -1};
};

TEST(Descriptor, arrives_open_and_is_closed_on_exec) {
  int pipe_ends[2];
  CHECK_EQUAL(0, pipe(pipe_ends));
  CHECK_TRUE(send_descriptor(ends[0], pipe_ends[1]).ok());
  const auto received = receive_descriptor(ends[1]);
  CHECK_TRUE(received.ok());
  CHECK_EQUAL(FD_CLOEXEC, fcntl(*received, F_GETFD));
  CHECK_EQUAL(1, write(*received, "x", 1));
  char got = 0;
  CHECK_EQUAL(1, read(pipe_ends[0], &got, 1));
  BYTES_EQUAL('x', got);
  for (const int fd : {pipe_ends[0], pipe_ends[1], *received}) close(fd);
}

TEST(Descriptor, nothing_yet_and_nobody_are_two_things) {
  CHECK_TRUE(Errc::busy == receive_descriptor(ends[1]).error().code);
  close(ends[1]);
  ends[1] = -1;
  CHECK_TRUE(Errc::gone == receive_descriptor(ends[0]).error().code);
  CHECK_TRUE(Errc::gone == send_descriptor(ends[0], ends[0]).error().code);
}

TEST(Descriptor, it_is_asked_for_by_a_packet_without_one) {
  CHECK_TRUE(Errc::busy == receive_question(ends[0]).error().code);
  CHECK_TRUE(ask_for_descriptor(ends[1]).ok());
  CHECK_TRUE(receive_question(ends[0]).ok());
  CHECK_TRUE(Errc::busy == receive_question(ends[0]).error().code);
  close(ends[1]);
  ends[1] = -1;
  CHECK_TRUE(Errc::gone == receive_question(ends[0]).error().code);
  CHECK_TRUE(Errc::gone == ask_for_descriptor(ends[0]).error().code);
}

TEST(Descriptor, none_and_several_are_refused_and_do_not_stay_open) {
  for (const std::size_t count : {0, 2, 4, 8}) {
    const int lowest = dup(ends[0]);
    close(lowest);
    send_packet(count);
    CHECK_TRUE(Errc::protocol == receive_descriptor(ends[1]).error().code);
    const int next = dup(ends[0]);
    close(next);
    CHECK_EQUAL(lowest, next);
  }
}

TEST(Descriptor, a_connected_end_stays_what_it_is) {
  const auto end = connected_end(ends[1]);
  CHECK(end.ok());
  LONGS_EQUAL(ends[1], *end);
}

TEST(Descriptor, a_connection_to_a_keeper_gives_the_end_that_it_hands_over) {
  const int keeper = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  const int asker = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};  // without a name: the kernel chooses one that is no file
  address.sun_family = AF_UNIX;
  socklen_t size = sizeof address.sun_family;
  LONGS_EQUAL(0, bind(keeper, reinterpret_cast<sockaddr*>(&address), size));
  LONGS_EQUAL(0, listen(keeper, 1));
  size = sizeof address;
  LONGS_EQUAL(0, getsockname(keeper, reinterpret_cast<sockaddr*>(&address), &size));
  LONGS_EQUAL(0, connect(asker, reinterpret_cast<sockaddr*>(&address), size));
  const int connection = accept(keeper, nullptr, nullptr);
  CHECK(send_descriptor(connection, ends[1]).ok());
  const auto end = connected_end(asker);
  CHECK(end.ok());
  LONGS_EQUAL(1, send(ends[0], "x", 1, 0));
  char got = 0;
  LONGS_EQUAL(1, recv(*end, &got, 1, 0));
  BYTES_EQUAL('x', got);
  LONGS_EQUAL(-1, fcntl(asker, F_GETFD));  // it was taken
  close(*end);
  close(connection);
  close(keeper);
}

TEST(Descriptor, another_kind_of_socket_is_no_end) {
  const int stream = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_FALSE(connected_end(stream).ok());
  close(stream);
}
