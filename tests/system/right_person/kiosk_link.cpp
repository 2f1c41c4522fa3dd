#include "tests/system/right_person/kiosk_link.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/child_process.h"

namespace madoguchi::test {

KioskLink::KioskLink(const std::string& config) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
  channel_ = std::make_unique<BlockingChannel>(ends[0]);
  const std::string program = ChildProcess::program("kiosk-link");
  const std::string fd = std::to_string(ends[1]);
  pid_ = fork();
  if (pid_ == 0) {
    fcntl(ends[1], F_SETFD, 0);
    execl(program.c_str(), program.c_str(), "--config", config.c_str(), "--fd", fd.c_str(),
          nullptr);
    _exit(127);
  }
  close(ends[1]);
}

KioskLink::~KioskLink() { (void)end(); }

bool KioskLink::wait_until_up() {
  for (;;) {
    const auto bytes = channel_->receive();
    if (!bytes) return false;
    const auto message = decode<LinkToKiosk>(*bytes);
    const auto* state = message ? std::get_if<LinkState>(&*message) : nullptr;
    if (state != nullptr && state->up) return true;
  }
}

bool KioskLink::send(const HttpCall& call) {
  return channel_->send(encode(KioskToLink(call))).ok();
}

HttpAnswer KioskLink::answer_to(const std::string& id) {
  for (;;) {
    const auto bytes = channel_->receive();
    if (!bytes) return {id, {}, "gone", {}};
    auto message = decode<LinkToKiosk>(*bytes);
    auto* answer = message ? std::get_if<HttpAnswer>(&*message) : nullptr;
    if (answer != nullptr && answer->id == id) return std::move(*answer);
  }
}

int KioskLink::end() {
  if (pid_ <= 0) return -1;
  channel_.reset();
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace madoguchi::test
