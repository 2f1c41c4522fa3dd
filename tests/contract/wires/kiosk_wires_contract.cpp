// kiosk-wires: the real process, asked for the ends of its wires.

#include <cerrno>
#include <csignal>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/message/descriptor.h"
#include "firmware/message/wire_table.h"
#include "tests/child_process.h"
#include "tests/local_connection.h"
#include "tests/own_folder.h"
#include "tests/shell_command.h"

using namespace madoguchi;

namespace {

/// The sockets that a supervisor has made before kiosk-wires starts, in a folder of theirs.
class Sockets {
 public:
  explicit Sockets(const std::vector<std::string_view>& names) {
    for (const std::string_view name : names) {
      const Result<int> made = listen_locally(path(name), 0600);
      if (!made) FAIL(made.error().text().c_str());
      add(*made);
    }
  }
  ~Sockets() {
    for (const int socket : sockets_) close(socket);
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  /// Hands this descriptor over, too; takes it over.
  void add(int socket) {
    constexpr int above_those_of_the_child = 100;
    sockets_.push_back(fcntl(socket, F_DUPFD, above_those_of_the_child));
    close(socket);
  }
  [[nodiscard]] std::string path(std::string_view end) const {
    return folder_.path(std::string(end));
  }
  /// kiosk-wires with them, as sd_listen_fds(3) says.
  [[nodiscard]] std::vector<std::string> command() const {
    std::string given;
    for (std::size_t i = 0; i < sockets_.size(); ++i)
      given += " " + std::to_string(3 + i) + "<&" + std::to_string(sockets_[i]);
    return {"/bin/bash", "-c",
            "export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets_.size()) + "; exec " +
                ChildProcess::program("kiosk-wires") + given + " 2>&1"};
  }

 private:
  OwnFolder folder_;
  std::vector<int> sockets_;
};

std::vector<std::string_view> all_ends() { return WireTable(kiosk_wires()).names(); }

class Wires {
 public:
  Wires() { (void)process_.wait_for("process_started"); }
  ~Wires() { (void)stop(); }
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;

  [[nodiscard]] std::string path(std::string_view end) const { return sockets_.path(end); }
  /// As a process that starts: connected by its supervisor, handed its end. The caller owns it.
  [[nodiscard]] int end(std::string_view name) const {
    const Result<int> got = connected_end(connect_to(path(name)));
    if (!got) FAIL(got.error().text().c_str());
    return *got;
  }
  int stop() {
    if (process_.pid() > 0) ::kill(process_.pid(), SIGTERM);
    return process_.end();
  }

 private:
  Sockets sockets_{all_ends()};
  ChildProcess process_{sockets_.command()};
};

/// The next packet at this end; "-" when there is none, "." when the other side is gone.
std::string heard(int end) {
  char got[16];
  const ssize_t n = recv(end, got, sizeof got, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno == ECONNRESET)) return ".";
  return n < 0 ? "-" : std::string(got, static_cast<std::size_t>(n));
}

void say(int end, std::string_view word) {
  LONGS_EQUAL(word.size(), send(end, word.data(), word.size(), MSG_NOSIGNAL));
}

/// Whether a process of this user is handed an end.
bool is_given_to(uid_t user, const std::string& socket) {
  const pid_t child = fork();
  if (child == 0) {
    const bool given = setuid(user) == 0 && receive_descriptor(connect_to(socket)).ok();
    _exit(given ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// That it does not start with these sockets, and says this.
void is_refused(const Sockets& sockets, const char* words) {
  ChildProcess process(sockets.command());
  (void)process.wait_for(words);
  LONGS_EQUAL(2, process.end());
}

}  // namespace

TEST_GROUP(KioskWires){};

TEST(KioskWires, every_wire_joins_its_two_ends) {
  Wires wires;
  for (const Wire& wire : kiosk_wires()) {
    const int first = wires.end(wire.first);
    const int second = wires.end(wire.second);
    say(first, "there");
    STRCMP_EQUAL("there", heard(second).c_str());
    say(second, "back");
    STRCMP_EQUAL("back", heard(first).c_str());
    close(first);
    close(second);
  }
  LONGS_EQUAL(0, wires.stop());
}

TEST(KioskWires, the_screen_comes_back_alone_and_finds_what_was_on_its_way) {
  Wires wires;
  const int kioskd = wires.end("kioskd-ui");
  const int screen = wires.end("ui-kioskd");
  say(kioskd, "one");
  close(screen);
  say(kioskd, "two");
  const int again = wires.end("ui-kioskd");
  STRCMP_EQUAL("one", heard(again).c_str());
  STRCMP_EQUAL("two", heard(again).c_str());
  STRCMP_EQUAL("-", heard(kioskd).c_str());
  close(again);
  close(kioskd);
}

TEST(KioskWires, the_end_of_kioskd_is_noticed_and_its_next_one_gets_a_new_wire) {
  Wires wires;
  const int kioskd = wires.end("kioskd-link");
  const int link = wires.end("link-kioskd");
  say(link, "old");
  close(kioskd);
  STRCMP_EQUAL(".", heard(link).c_str());
  const int next = wires.end("kioskd-link");
  const int link_again = wires.end("link-kioskd");
  STRCMP_EQUAL("-", heard(next).c_str());
  say(link_again, "new");
  STRCMP_EQUAL("new", heard(next).c_str());
  for (const int end : {link, next, link_again}) close(end);
}

TEST(KioskWires, another_user_is_handed_nothing) {
  if (getuid() != 0) return;  // only root can be somebody else
  Wires wires;
  const std::string socket = wires.path("ui-kioskd");
  struct stat found{};
  LONGS_EQUAL(0, stat(socket.c_str(), &found));
  LONGS_EQUAL(0600, found.st_mode & 07777);
  // Even where the files let everybody in.
  LONGS_EQUAL(0, chmod(wires.path(".").c_str(), 0755));
  LONGS_EQUAL(0, chmod(socket.c_str(), 0666));
  CHECK_TRUE(is_given_to(0, socket));
  CHECK_FALSE(is_given_to(65534, socket));
}

TEST(KioskWires, whoever_hangs_up_at_once_disturbs_nobody) {
  Wires wires;
  for (int i = 0; i < 50; ++i) close(connect_to(wires.path("call-ui")));
  const int call = wires.end("call-ui");
  const int screen = wires.end("ui-call");
  say(call, "picture");
  STRCMP_EQUAL("picture", heard(screen).c_str());
  close(call);
  close(screen);
}

// The screen is drawn before kiosk-wires runs.
TEST(KioskWires, who_comes_before_it_starts_waits_for_its_end) {
  const Sockets sockets(all_ends());
  const int early = connect_to(sockets.path("ui-kioskd"));
  ChildProcess process(sockets.command());
  const Result<int> screen = connected_end(early);
  CHECK(screen.ok());
  const Result<int> kioskd = connected_end(connect_to(sockets.path("kioskd-ui")));
  CHECK(kioskd.ok());
  say(*kioskd, "one");
  STRCMP_EQUAL("one", heard(*screen).c_str());
  for (const int end : {*screen, *kioskd}) close(end);
  ::kill(process.pid(), SIGTERM);
  LONGS_EQUAL(0, process.end());
}

TEST(KioskWires, sockets_that_are_not_its_own_are_told) {
  is_refused(Sockets({}), "kiosk-wires.socket: has no socket for kioskd-ui");
  std::vector<std::string_view> names = all_ends();
  names.pop_back();
  is_refused(Sockets(names), "has no socket for link-call");
  names.emplace_back("somebody-else");
  is_refused(Sockets(names), "has a socket that is for no end of a wire");
  Sockets with_a_file(all_ends());
  with_a_file.add(open("/dev/null", O_RDONLY | O_CLOEXEC));
  is_refused(with_a_file, "has a socket that is for no end of a wire");
}

TEST(KioskWires, without_a_supervisor_it_says_what_is_missing) {
  const std::string program = ChildProcess::program("kiosk-wires");
  for (const std::string& command :
       {program, "LISTEN_FDS=10 LISTEN_PID=1 " + program, "LISTEN_FDS=-1 " + program,
        "LISTEN_FDS=99999999999 " + program}) {
    const Said said = said_by(command + " 2>&1");
    LONGS_EQUAL_TEXT(2, said.code, command.c_str());
    STRCMP_CONTAINS("has no socket for kioskd-ui", said.text.c_str());
  }
  LONGS_EQUAL(2, said_by(program + " more 2>&1").code);
}
