#include "hal/nfc/nfc_process.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <signal.h>  // NOLINT: kill is not in <csignal>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace madoguchi::nfc {

namespace {

constexpr int fd_in_child = 3;

}  // namespace

Result<NfcProcess> NfcProcess::start(const std::string& program, const std::string& connstring) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return Error{Errc::full, "nfc.start", std::strerror(errno)};
  }
  std::array<std::string, 5> words = {program, "--fd", std::to_string(fd_in_child), "--connstring",
                                      connstring};
  std::array<char*, 6> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  std::array<char*, 1> environment{};

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pair[1], fd_in_child);
  // kioskd itself was started with descriptors that any child inherits.
  posix_spawn_file_actions_addclosefrom_np(&actions, fd_in_child + 1);
  pid_t pid = -1;
  const int failed =
      posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(pair[1]);
  if (failed != 0) {
    close(pair[0]);
    return Error{Errc::gone, "nfc.start", program + ": " + std::strerror(failed)};
  }
  return NfcProcess(pid, pair[0]);
}

NfcProcess::NfcProcess(NfcProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), fd_(other.fd_) {}

NfcProcess::~NfcProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace madoguchi::nfc
