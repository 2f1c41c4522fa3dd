// kiosk-wires: the real process, asked for the ends of its wires.

#include <cerrno>
#include <csignal>

#include <CppUTest/TestHarness.h>
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

/// kiosk-wires and its folder, which is what a supervisor makes for it.
class Wires {
 public:
  Wires() { (void)process_.wait_for("process_started"); }
  ~Wires() { (void)stop(); }
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;

  [[nodiscard]] std::string path(std::string_view end) const {
    return folder_.path(std::string(end));
  }
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
  OwnFolder folder_;
  ChildProcess process_{
      {"/bin/sh", "-c",
       "exec " + ChildProcess::program("kiosk-wires") + " --dir " + folder_.path() + " 2>&1"}};
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

Said refusal(const std::string& arguments) {
  return said_by(ChildProcess::program("kiosk-wires") + " " + arguments + " 2>&1");
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

TEST(KioskWires, what_stands_in_its_place_is_told) {
  const OwnFolder folder;
  CHECK(write_file(folder.path("kioskd-ui"), as_bytes("somebody's letter")).ok());
  const Said said = refusal("--dir " + folder.path());
  LONGS_EQUAL(2, said.code);
  STRCMP_CONTAINS("kioskd-ui: is there, and is no socket", said.text.c_str());
  STRCMP_EQUAL("somebody's letter", as_text(*read_file(folder.path("kioskd-ui"))).c_str());
}

TEST(KioskWires, wrong_use) {
  const OwnFolder folder;
  for (const std::string& arguments :
       {std::string(), "--dir " + folder.path("missing"), "--dir " + folder.path() + " more"}) {
    LONGS_EQUAL_TEXT(2, refusal(arguments).code, arguments.c_str());
  }
  const std::string deep = folder.path(std::string(120, 'd'));
  LONGS_EQUAL(0, mkdir(deep.c_str(), 0700));
  const Said said = refusal("--dir " + deep);
  LONGS_EQUAL(2, said.code);
  STRCMP_CONTAINS("too long for a socket's path", said.text.c_str());
}
