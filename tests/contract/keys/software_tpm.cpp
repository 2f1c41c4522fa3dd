#include "tests/contract/keys/software_tpm.h"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>
#include <unistd.h>

#include "tests/child_process.h"

namespace madoguchi {
namespace {

/// A socket that holds the port, or -1.
int hold(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// tpm2-tss wants the control channel at the next port.
int free_pair() {
  for (int tries = 0; tries < 100; ++tries) {
    const int first = hold(0);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(first, reinterpret_cast<sockaddr*>(&address), &size);
    const int port = ntohs(address.sin_port);
    const int second = port < 65535 ? hold(port + 1) : -1;
    ::close(first);
    if (second < 0) continue;
    ::close(second);
    return port;
  }
  FAIL("no two free ports");
  return 0;
}

}  // namespace

SoftwareTpm::SoftwareTpm() {
  port_ = free_pair();
  switch_on();
}

SoftwareTpm::~SoftwareTpm() { switch_off(); }

std::string SoftwareTpm::tcti_that_breaks_after(int commands) const {
  const std::string relay = state_.path("relay.py");
  std::ofstream(relay) << R"(import socket, sys
tpm = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def whole(read):
    head = read(10)
    if len(head) < 10:
        sys.exit(0)
    return head + read(int.from_bytes(head[2:6], "big") - 10)
def heard(count):
    got = b""
    while len(got) < count:
        more = tpm.recv(count - len(got))
        if not more:
            break
        got += more
    return got
for _ in range(int(sys.argv[2])):
    tpm.sendall(whole(sys.stdin.buffer.read))
    sys.stdout.buffer.write(whole(heard))
    sys.stdout.buffer.flush()
)";
  return "cmd:python3 " + relay + " " + std::to_string(port_) + " " + std::to_string(commands);
}

std::string SoftwareTpm::tcti() const {
  return "swtpm:host=127.0.0.1,port=" + std::to_string(port_);
}

void SoftwareTpm::switch_on() {
  const std::string pid_file = state_.path("pid");
  // With --daemon it ends, leaving itself behind, as soon as it listens.
  ChildProcess starter(std::vector<std::string>{
      "/usr/bin/swtpm", "socket", "--tpm2", "--daemon", "--pid", "file=" + pid_file, "--tpmstate",
      "dir=" + state_.path(), "--server", "type=tcp,port=" + std::to_string(port_), "--ctrl",
      "type=tcp,port=" + std::to_string(port_ + 1), "--flags", "not-need-init,startup-clear"});
  LONGS_EQUAL_TEXT(0, starter.end(), "swtpm does not start");
  std::ifstream(pid_file) >> pid_;
  CHECK(pid_ > 0);
}

void SoftwareTpm::switch_off() {
  if (pid_ <= 0) return;
  // It is no child of ours: its end shows at this descriptor.
  const int watched = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  ::kill(pid_, SIGKILL);
  pollfd ended{watched, POLLIN, 0};
  (void)::poll(&ended, 1, 10'000);
  ::close(watched);
  pid_ = 0;
}

void SoftwareTpm::freeze() { ::kill(pid_, SIGSTOP); }
void SoftwareTpm::thaw() { ::kill(pid_, SIGCONT); }

void SoftwareTpm::clear() {
  TSS2_TCTI_CONTEXT* wire = nullptr;
  ESYS_CONTEXT* esys = nullptr;
  LONGS_EQUAL(TSS2_RC_SUCCESS, Tss2_TctiLdr_Initialize(tcti().c_str(), &wire));
  LONGS_EQUAL(TSS2_RC_SUCCESS, Esys_Initialize(&esys, wire, nullptr));
  LONGS_EQUAL(TSS2_RC_SUCCESS,
              Esys_Clear(esys, ESYS_TR_RH_LOCKOUT, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE));
  Esys_Finalize(&esys);
  Tss2_TctiLdr_Finalize(&wire);
}

}  // namespace madoguchi
