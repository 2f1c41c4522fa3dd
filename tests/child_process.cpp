#include "tests/child_process.h"

#include <cstring>
#include <thread>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace madoguchi {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> argv) {
  signal(SIGPIPE,
         SIG_IGN);  // a program that is gone shows in wait_for(), not as the end of the tests
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) FAIL("no pipe for the program");
  in_ = in[1];
  out_ = out[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::vector<char*> pointers;
  for (std::string& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const int failed = posix_spawn(&pid_, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  if (failed != 0) {
    pid_ = -1;
    close_pipes();
    unread_ = argv[0] + ": " + std::strerror(failed) + "\n";
  }
}

ChildProcess::~ChildProcess() { end(); }

std::string ChildProcess::program(std::string_view name) {
  return std::string(MADOGUCHI_BINARY_DIR "/bin/").append(name);
}

// Takes lines off what was read until one holds the text; the others go to `heard`.
bool ChildProcess::take_line(std::string_view text, std::string& line, std::string& heard) {
  for (std::size_t end; (end = unread_.find('\n')) != std::string::npos;) {
    line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    if (line.find(text) != std::string::npos) return true;
    heard += "\n  " + line;
  }
  return false;
}

// False when nothing came within the time or the program has ended.
bool ChildProcess::read_more(int wait_ms) {
  pollfd readable{out_, POLLIN, 0};
  if (out_ < 0 || poll(&readable, 1, wait_ms) <= 0) return false;
  char block[4096];
  const ssize_t got = read(out_, block, sizeof block);
  if (got > 0) unread_.append(block, static_cast<std::size_t>(got));
  return got > 0;
}

std::string ChildProcess::wait_for(std::string_view text, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  std::string line;
  std::string heard;
  while (!take_line(text, line, heard)) {
    if (!read_more(milliseconds_until(deadline))) {
      FAIL(("no line with \"" + std::string(text) + "\"; heard:" + heard).c_str());
    }
  }
  return line;
}

bool ChildProcess::has_said(std::string_view text) {
  std::string line;
  std::string heard;
  do {
    if (take_line(text, line, heard)) return true;
  } while (read_more(0));
  return false;
}

void ChildProcess::say(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  if (in_ < 0 || write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    FAIL("the program does not listen any more");
  }
}

int ChildProcess::end() {
  if (in_ >= 0) close(in_);
  in_ = -1;
  const int status = reap(std::chrono::seconds(10));
  close_pipes();
  return status;
}

void ChildProcess::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  close_pipes();
  reap(std::chrono::seconds(10));
}

void ChildProcess::close_pipes() {
  if (in_ >= 0) close(in_);
  if (out_ >= 0) close(out_);
  in_ = out_ = -1;
}

int ChildProcess::reap(std::chrono::seconds patience) {
  if (pid_ <= 0) return status_;
  const auto deadline = Clock::now() + patience;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    } else {
      ::kill(pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      break;
    }
  }
  pid_ = -1;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return status_;
}

}  // namespace madoguchi
