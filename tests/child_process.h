#pragma once
// A program that a test starts: its lines are read, commands are written to it, and it ends with
// its standard input. The emulators promise just that (docs/architecture.md).

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace madoguchi {

class ChildProcess {
 public:
  /// Starts a program; argv[0] is its path. Its standard error stays the test's. A program that
  /// cannot be started fails the first wait_for().
  explicit ChildProcess(std::vector<std::string> argv);
  /// Ends it as end() does.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The path of one of the build's programs: program("emulator-printer").
  static std::string program(std::string_view name);

  /// Reads lines until one holds `text` and gives that line; the lines before it are dropped. Fails
  /// the test when none came within the limit or the program ended.
  std::string wait_for(std::string_view text,
                       std::chrono::seconds limit = std::chrono::seconds(30));
  /// The same without waiting: true when such a line has come. For tests whose own loop must run
  /// meanwhile.
  bool has_said(std::string_view text);
  /// Writes one command line.
  void say(std::string_view line);

  /// Closes standard input and waits for the end; after 10 s the program is killed. Gives its exit
  /// status (128 + the signal if one ended it). Calling it again gives the same.
  int end();
  /// Ends it at once, as a power cut would (SIGKILL).
  void kill();

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  bool take_line(std::string_view text, std::string& line, std::string& heard);
  bool read_more(int wait_ms);
  void close_pipes();
  int reap(std::chrono::seconds patience);

  pid_t pid_ = -1;
  int in_ = -1;   // we write, the program reads
  int out_ = -1;  // the program writes, we read
  std::string unread_;
  int status_ = -1;
};

}  // namespace madoguchi
